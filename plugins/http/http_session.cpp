#include "http_session.h"

#include "h1_session.h"
#include "service.h"

#include "berth/cpp/plugin.hpp"
#include "berth/cpp/text.hpp"

#include <memory>

namespace berth::http {
namespace {

constexpr const char* kAlpn[] = {"http/1.1", "http/1.0", nullptr};

berth_status open_session(Service& service,
                          berth_stream& stream,
                          uint32_t listener,
                          const berth_stream_cb** callbacks,
                          void** user) {
    const HostTable* sites = service.sites_of(listener);
    if (sites == nullptr) {
        return BERTH_E_INVAL;
    }
    const Site* handshake =
        sites->tls ? service.site_named(sdk::view(stream.ops->info(&stream)->tls_site)) : nullptr;
    auto session = std::make_unique<H1Session>(service, stream, *sites, handshake);
    session->begin();
    *callbacks = &H1Session::kCallbacks;
    *user = session.release();  // on_close() takes it back
    return BERTH_OK;
}

berth_status on_open(void* inst,
                     berth_stream* stream,
                     uint32_t listener,
                     const berth_stream_cb** callbacks,
                     void** user) {
    return sdk::detail::guarded([&] {
        return open_session(*static_cast<Service*>(inst), *stream, listener, callbacks, user);
    });
}

}  // namespace

const berth_protocol_ops kHttpProtocol = {
    BERTH_HDR(berth_protocol_ops),
    kAlpn,
    BERTH_TRANSPORTS_STREAM,
    0,
    on_open,
    nullptr,
};

}  // namespace berth::http
