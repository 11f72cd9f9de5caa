#include "http_session.h"

#include "h1/h1_session.h"
#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "h2/preface_watch.h"
#include "service.h"

#include "berth/cpp/stream.hpp"
#include "berth/cpp/text.hpp"

#include <memory>

namespace berth::http {
namespace {

constexpr const char* kAlpn[] = {"h2", "http/1.1", "http/1.0", nullptr};

berth_status open_stream(Service& service,
                         berth_stream& stream,
                         const HostTable* sites,
                         Session& session) {
    if (sites == nullptr) {
        return BERTH_E_INVAL;
    }
    if (!sites->tls && sites->h2c) {
        auto watch = std::make_unique<PrefaceWatch>(service, stream, *sites);
        watch->begin();
        session = {&sdk::kStreamUser<PrefaceWatch>, watch.release()};
        return BERTH_OK;
    }
    const berth_conn_info* info = sites->tls ? stream.ops->info(&stream) : nullptr;
    const bool http2 = info != nullptr && sdk::view(info->alpn) == "h2";
    const Site* handshake =
        info != nullptr ? service.site_named(sdk::view(info->tls_site)) : nullptr;
    session = open_session(service, stream, *sites, handshake, http2);
    return session.user != nullptr ? BERTH_OK : BERTH_E_NOMEM;
}

using SitesOf = const HostTable* (Service::*)(uint32_t listener) const;

template <SitesOf sites_of>
berth_status opened(void* inst,
                    berth_stream* stream,
                    uint32_t listener,
                    const berth_stream_cb** callbacks,
                    void** user) {
    return sdk::guarded([&] {
        Session session;
        auto& service = *static_cast<Service*>(inst);
        const berth_status status =
            open_stream(service, *stream, (service.*sites_of)(listener), session);
        *callbacks = session.callbacks;
        *user = session.user;
        return status;
    });
}

}  // namespace

Session open_session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake,
                     bool http2) {
    if (!http2) {
        auto session = std::make_unique<H1Session>(service, stream, sites, handshake);
        session->begin();
        return {&sdk::kStreamUser<H1Session>, session.release()};  // on_close() takes it back
    }
    auto session = std::make_unique<H2Session>(service, stream, sites, handshake);
    const bool begun = session->begin();
    return {&sdk::kStreamUser<H2Session>, begun ? session.release() : nullptr};
}

const berth_protocol_ops kHttpProtocol = {
    BERTH_HDR(berth_protocol_ops),
    kAlpn,
    BERTH_TRANSPORTS_STREAM,
    0,
    opened<&Service::sites_of>,
    nullptr,
    opened<&Service::cleartext_sites_of>,
};

}  // namespace berth::http
