#include "net/resolver.h"

#include "net/ares_channel.h"
#include "net/event_loop.h"

#include "berth/net.h"

#include <utility>

namespace berth {
namespace {

constexpr size_t kNameMax = 253;  // RFC 1035 3.1, as text

berth_status check_question(std::string_view name, uint16_t type) {
    if (name.empty() || name.size() > kNameMax || name.find('\0') != std::string_view::npos) {
        return BERTH_E_INVAL;
    }
    switch (type) {
        case BERTH_RR_A:
        case BERTH_RR_AAAA:
        case BERTH_RR_MX:
        case BERTH_RR_TXT:
        case BERTH_RR_SRV:
            return BERTH_OK;
        default:
            return BERTH_E_UNSUPPORTED;
    }
}

}  // namespace

Result<std::unique_ptr<Resolver>> Resolver::make(EventLoop& loop, const Options& options) {
    auto channel = AresChannel::make(loop, {options.servers, options.timeout_ms, options.tries});
    if (!channel) {
        return channel.error();
    }
    std::unique_ptr<Resolver> resolver(new Resolver(loop, options.in_flight_max));
    resolver->channel_ = std::move(channel).value();
    return resolver;
}

Resolver::Resolver(EventLoop& loop, uint32_t in_flight_max)
    : loop_(loop), in_flight_max_(in_flight_max), delivery_(loop.timers(), [this] { deliver(); }) {}

Resolver::~Resolver() = default;

Resolver::Handle Resolver::resolve(std::string_view name, uint16_t type, Done done) {
    const Handle handle = ++last_handle_;
    lookups_[handle].done = std::move(done);
    const berth_status status = check_question(name, type);
    if (status < 0) {
        finish(handle, {status, {}});
    } else if (channel_->in_flight() >= in_flight_max_) {
        finish(handle, {BERTH_E_LIMIT, {}});
    } else {
        channel_->ask(std::string(name), type, [this, handle](DnsAnswer answer) {
            finish(handle, std::move(answer));
        });
    }
    return handle;
}

void Resolver::cancel(Handle handle) {
    lookups_.erase(handle);
}

void Resolver::finish(Handle handle, DnsAnswer answer) {
    const auto lookup = lookups_.find(handle);
    if (lookup == lookups_.end()) {
        return;
    }
    lookup->second.answer = std::move(answer);
    finished_.push_back(handle);
    delivery_.set(loop_.now_ms());
}

void Resolver::deliver() {
    for (Handle handle : std::exchange(finished_, {})) {
        auto lookup = lookups_.extract(handle);
        if (!lookup.empty()) {
            lookup.mapped().done(lookup.mapped().answer);
        }
    }
}

}  // namespace berth
