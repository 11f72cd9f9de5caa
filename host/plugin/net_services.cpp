#include "plugin/net_services.h"

#include "base/log.h"
#include "plugin/datagram_session.h"
#include "plugin/protocol_session.h"
#include "plugin/service_tables.h"
#include "plugin/stamp.h"
#include "plugin/stream_context.h"

#include "berth/cpp/guard.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth {
namespace {

constexpr uint64_t kConnectMs = 5'000;
constexpr uint64_t kConnectMsMax = 600'000;

std::string_view view_of(berth_sv text) {
    return {text.p, text.n};
}

bool are_usable(const berth_stream_cb* cb) {
    return BERTH_HAS(berth_stream_cb, cb, on_data) && BERTH_HAS(berth_stream_cb, cb, on_close);
}

NetServices* services() {
    auto& net = current_services()->net;
    return net ? &*net : nullptr;
}

berth_status connect(const berth_connect_opts* opts, NetServices::ConnectDone done, void* user) {
    return services() == nullptr ? BERTH_E_STATE : services()->connect(*opts, done, user);
}

berth_status resolve(berth_sv name, uint16_t type, NetServices::ResolveDone done, void* user) {
    return services() == nullptr ? BERTH_E_STATE : services()->resolve(name, type, done, user);
}

berth_status udp_send(berth_udp* socket, const berth_dgram* datagrams, uint32_t n) {
    return DatagramSession::of(socket).send({datagrams, n});
}

}  // namespace

NetServices::NetServices(EventLoop& loop, StreamContext& streams, Resolver::Options options)
    : loop_(loop), streams_(streams), options_(std::move(options)) {}

NetServices::~NetServices() = default;

berth_status NetServices::connect(const berth_connect_opts& opts, ConnectDone done, void* user) {
    if (!are_usable(opts.cb) || done == nullptr) {
        return BERTH_E_INVAL;
    }
    if (!prepare()) {
        return BERTH_E_DNS;
    }
    ConnectTarget target;
    target.host = view_of(opts.host);
    target.port = opts.port;
    target.timeout_ms =
        opts.timeout_ms == 0 ? kConnectMs : std::min(opts.timeout_ms, kConnectMsMax);
    if (opts.tls != nullptr) {
        target.transport = streams_.make_transport(*opts.tls, nullptr);
        if (target.transport == nullptr) {
            return BERTH_E_UNSUPPORTED;
        }
    }
    const auto made = [this, done, user, cb = opts.cb, cb_user = opts.user, who = streams_.stamp()](
                          berth_status status, Connection* connection) -> ConnectionObserver* {
        const Stamp running(streams_.stamp(), who);
        if (connection == nullptr) {
            done(user, status, nullptr);
            return nullptr;
        }
        auto& session = ProtocolSession::adopt(streams_, *connection, *cb, cb_user, who);
        done(user, BERTH_OK, &session);
        return &session;
    };
    connector_->connect(std::move(target), made);
    return BERTH_OK;
}

berth_status NetServices::resolve(berth_sv name, uint16_t type, ResolveDone done, void* user) {
    if (done == nullptr) {
        return BERTH_E_INVAL;
    }
    if (!prepare()) {
        return BERTH_E_DNS;
    }
    const auto answered = [this, done, user, who = streams_.stamp()](const DnsAnswer& answer) {
        std::vector<berth_sv> records;
        for (const std::string& record : answer.records) {
            records.push_back({record.data(), record.size()});
        }
        const Stamp running(streams_.stamp(), who);
        done(user, answer.status, records.data(), static_cast<uint32_t>(records.size()));
    };
    resolver_->resolve(view_of(name), type, answered);
    return BERTH_OK;
}

bool NetServices::prepare() {
    if (resolver_ != nullptr) {
        return true;
    }
    auto resolver = Resolver::make(loop_, options_);
    if (!resolver) {
        log_error(resolver.error().message);
        return false;
    }
    resolver_ = std::move(resolver).value();
    connector_ = std::make_unique<Connector>(loop_, *resolver_, limits_);
    return true;
}

const berth_net_ext& net_table() {
    static constexpr berth_net_ext table = {BERTH_HDR(berth_net_ext),
                                            sdk::kGuarded<connect>,
                                            sdk::kGuarded<resolve>,
                                            sdk::kGuarded<udp_send>};
    return table;
}

}  // namespace berth
