// Answers with the request as a handler sees it: method, path with query, and the body when there
// is one; with the query `trailers`, also with what followed the body.
#include "berth_plugin_info.h"

#include "berth/cpp/http_handler.hpp"
#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <string>

namespace {

namespace sdk = berth::sdk;

using Module = sdk::HttpModule;

class Mirror {
public:
    explicit Mirror(const Module& module) : http_(*module.http()) {}

    berth_status configure(const sdk::Config&) { return BERTH_OK; }

    berth_status on_request(berth_http_req* req) {
        req->user = new Seen{request_of(*req), {}};  // on_destroy() takes it back
        return req->has_body != 0 ? BERTH_OK : answer(req);
    }

    berth_status on_body(berth_http_req* req, berth_rbuf* bufs, uint32_t n, bool last) {
        for (berth_rbuf* buffer = bufs; buffer != bufs + n; ++buffer) {
            seen(req).body.append(reinterpret_cast<const char*>(buffer->p), buffer->n);
            buffer->p += buffer->n;
            buffer->n = 0;
        }
        return last ? answer(req) : BERTH_OK;
    }

    void on_destroy(berth_http_req* req) { delete &seen(req); }

private:
    struct Seen {
        std::string request, body;
    };
    static Seen& seen(berth_http_req* req) { return *static_cast<Seen*>(req->user); }

    static std::string request_of(const berth_http_req& req) {
        std::string text(sdk::view(req.method_sv));
        text.append(" ").append(sdk::view(req.path));
        return req.query.n == 0 ? text : text.append("?").append(sdk::view(req.query));
    }

    berth_status answer(berth_http_req* req) {
        const std::string& body = seen(req).body;
        std::string text = seen(req).request + (body.empty() ? "" : " ") + body;
        for (uint32_t i = 0; sdk::view(req->query) == "trailers" && i < req->n_trailers; ++i) {
            const berth_header& field = req->trailers[i];
            text.append(" ")
                .append(sdk::view(field.name))
                .append("=")
                .append(sdk::view(field.value));
        }
        const berth_http_resp head = sdk::http_response(200);
        const berth_seg segment = sdk::copied(text);
        const berth_status status = http_.respond(req, &head, &segment, 1);
        return status < 0 ? status : BERTH_OK;
    }

    const berth_http_ext& http_;
};

constexpr berth_factory kMirror =
    sdk::http_handler<Mirror, Module>({"mirror", berth_schema_mirror, "Answers with the request"});

constexpr berth_module kModule = sdk::http_module<Module, kMirror>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Requests shown to tests"));

}  // namespace

BERTH_PLUGIN(kModule)
