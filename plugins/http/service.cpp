#include "service.h"

#include <algorithm>
#include <string>
#include <utility>

namespace berth::http {
namespace {

constexpr size_t kSpareExchangesMax = 256;
constexpr uint32_t kSendingMax = 4096;  // of about 5 KB each
constexpr uint32_t kListenersMax = 4096;
constexpr uint64_t kMicrosecondsPerMillisecond = 1000, kMillisecondsPerSecond = 1000;

// Of the limits of a site that have a status of their own.
const char* limit_of(uint32_t status) {
    switch (status) {
        case 413:
            return "body";
        case 414:
            return "request_line";
        case 431:
            return "head";
        default:
            return nullptr;
    }
}

}  // namespace

Service::Service(const HostApi& api) : api_(api), wakeups_(*api.loop) {
    spare_exchanges_.reserve(kSpareExchangesMax);  // to give back never fails
}

Service::~Service() {
    if (second_ != nullptr) {
        api_.loop->timer_cancel(second_);
    }
}

berth_status Service::configure(const sdk::Config& sites) {
    stamp_ = api_.worker->stamp();
    const berth_status status = read_config(api_, sites, config_);
    if (status < 0) {
        return status;
    }
    for (const ListenAddress& listen : config_.listen) {
        if (listen.id >= kListenersMax) {
            return BERTH_E_INVAL;
        }
        listeners_.resize(std::max<size_t>(listeners_.size(), listen.id + size_t{1}));
        HostTable& served = listeners_[listen.id].sites;
        served.add(*listen.site);
        served.tls |= listen.tls;
        served.h2c |= listen.site->h2c;
    }
    for (Listener& listener : listeners_) {
        listener.sites.finish();
        listener.cleartext = listener.sites;
        listener.cleartext.tls = listener.cleartext.h2c = false;
        listener.cleartext.misplaced = true;
    }
    return BERTH_OK;
}

const HostTable* Service::sites_of(uint32_t listener) const {
    const bool known = listener < listeners_.size() && !listeners_[listener].sites.empty();
    return known ? &listeners_[listener].sites : nullptr;
}

const HostTable* Service::cleartext_sites_of(uint32_t listener) const {
    return sites_of(listener) != nullptr ? &listeners_[listener].cleartext : nullptr;
}

const Site* Service::site_named(std::string_view name) const {
    for (const auto& site : config_.sites) {
        if (site->name == name) {
            return site.get();
        }
    }
    return nullptr;
}

std::unique_ptr<Exchange> Service::take_exchange() {
    if (!spare_exchanges_.empty()) {
        auto exchange = std::move(spare_exchanges_.back());
        spare_exchanges_.pop_back();
        return exchange;
    }
    const auto close = [this](berth_arena* arena) { api_.host->arena_close(arena); };
    std::unique_ptr<berth_arena, decltype(close)> arena(api_.host->arena_open(api_.host), close);
    if (!arena) {
        return nullptr;
    }
    auto exchange = std::make_unique<Exchange>(*this, arena.get());
    static_cast<void>(arena.release());  // it is the exchange's now
    return exchange;
}

void Service::give_back(std::unique_ptr<Exchange> exchange) {
    if (spare_exchanges_.size() < kSpareExchangesMax) {
        spare_exchanges_.push_back(std::move(exchange));
    }
}

bool Service::begin_sending() {
    const bool fits = sending_ < kSendingMax;
    sending_ += fits ? 1 : 0;
    return fits;
}

void Service::connection_opened() {
    wakeups_.make_room(connections_ + size_t{1});
    ++connections_;
    if (second_ == nullptr) {
        keep_date();
    }
}

void Service::connection_closed() {
    if (--connections_ == 0 && second_ != nullptr) {
        api_.loop->timer_cancel(second_);
        second_ = nullptr;
    }
}

void Service::on_second(void* self) {
    static_cast<Service*>(self)->keep_date();
}

void Service::keep_date() {
    const uint64_t now_us = api_.loop->wall_us();
    date_.refresh(now_us);
    const uint64_t into_second = now_us / kMicrosecondsPerMillisecond % kMillisecondsPerSecond;
    second_ = api_.loop->timer(kMillisecondsPerSecond - into_second, 0, &Service::on_second, this);
}

void Service::count_refusal(uint32_t status) {
    if (const char* limit = limit_of(status)) {
        count_limit(limit);
    }
    const std::string name = "berth_http_refused_total{status=\"" + std::to_string(status) + "\"}";
    ++*api_.worker->counter(sdk::sv(name));
}

void Service::count_limit(const char* limit) {
    const std::string name = std::string("berth_limit_hits_total{limit=\"") + limit + "\"}";
    ++*api_.worker->counter(sdk::sv(name));
}

}  // namespace berth::http
