#include "exchange_holder.h"

#include "service.h"

#include <utility>

namespace berth::http {

bool ExchangeHolder::take(Service& service) {
    exchange_ = service.take_exchange();
    return exchange_ != nullptr;
}

void ExchangeHolder::discard(Service& service) {
    exchange_->discard();
    service.give_back(std::move(exchange_));
}

void ExchangeHolder::finish(Service& service, bool waits) {
    if (waits && exchange_->is_logged() && service.begin_sending()) {
        sending_ = std::move(exchange_);
        return;
    }
    exchange_->finish();
    service.give_back(std::move(exchange_));
}

void ExchangeHolder::finish_sending(Service& service, berth_status why) {
    if (!sending_) {
        return;
    }
    if (why < 0) {
        sending_->abort(why);
    }
    sending_->finish();
    service.end_sending();
    service.give_back(std::move(sending_));
}

}  // namespace berth::http
