#pragma once

#include "exchange.h"

#include <memory>

namespace berth::http {

class Service;

// The exchange of a connection or a stream, from its request until it is answered; then, where the
// log tells how the answer was sent, until that is known.
class ExchangeHolder {
public:
    ExchangeHolder() = default;
    ExchangeHolder(const ExchangeHolder&) = delete;
    ExchangeHolder& operator=(const ExchangeHolder&) = delete;

    explicit operator bool() const { return exchange_ != nullptr; }
    Exchange* operator->() const { return exchange_.get(); }
    Exchange& operator*() const { return *exchange_; }

    // False: memory is exhausted.
    bool take(Service& service);
    // Nothing became of it.
    void discard(Service& service);
    // It is answered, or aborted. waits: some of the answer is not sent yet; finish_sending()
    // follows.
    void finish(Service& service, bool waits);
    // What waited is sent, or never will be when why < 0.
    void finish_sending(Service& service, berth_status why);

private:
    std::unique_ptr<Exchange> exchange_, sending_;
};

}  // namespace berth::http
