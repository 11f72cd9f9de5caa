// Handlers of berth.http/1 as classes.
//
//     class Greeter {
//     public:
//         explicit Greeter(Hello &module);
//         berth_status configure(const berth::sdk::Config &config);
//         berth_status on_request(berth_http_req *req);
//     };
//     constexpr berth_factory kGreeter = berth::sdk::http_handler<Greeter, Hello>({"hello", schema,
//     "..."});
//
// Optional members, absent ones cost nothing: on_body(req, bufs, n, last), on_writable(req),
// on_abort(req, why), on_destroy(req); static std::uint32_t needs(const Config& settings).
#ifndef BERTH_CPP_HTTP_HANDLER_HPP
#define BERTH_CPP_HTTP_HANDLER_HPP

#include "berth/cpp/config.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/http.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace berth::sdk {

namespace detail {

BERTH_DETECT(on_body, std::declval<berth_http_req*>(), std::declval<berth_rbuf*>(), 0u, false);
BERTH_DETECT(on_writable, std::declval<berth_http_req*>());
BERTH_DETECT(on_abort, std::declval<berth_http_req*>(), berth_status());
BERTH_DETECT(on_destroy, std::declval<berth_http_req*>());
BERTH_DETECT(needs, std::declval<const Config&>());

// The C functions of T's table.
template <class T>
struct HandlerThunks {
    static berth_status on_request(void* inst, berth_http_req* req) noexcept {
        return guarded([&] { return static_cast<T*>(inst)->on_request(req); });
    }
    static berth_status on_body(void* inst,
                                berth_http_req* req,
                                berth_rbuf* bufs,
                                std::uint32_t n,
                                std::int32_t last) noexcept {
        return guarded([&] { return static_cast<T*>(inst)->on_body(req, bufs, n, last != 0); });
    }
    static void on_writable(void* inst, berth_http_req* req) noexcept {
        static_cast<T*>(inst)->on_writable(req);
    }
    static void on_abort(void* inst, berth_http_req* req, berth_status why) noexcept {
        guarded([&] { static_cast<T*>(inst)->on_abort(req, why); });
    }
    static void on_destroy(void* inst, berth_http_req* req) noexcept {
        guarded([&] { static_cast<T*>(inst)->on_destroy(req); });
    }

    static std::uint32_t needs(const berth_config_ext* config, const berth_cfg* settings) noexcept {
        return T::needs(Config(nullptr, config, settings));
    }

    static constexpr berth_http_handler_ops table() {
        berth_http_handler_ops ops{};
        ops.h = BERTH_HDR(berth_http_handler_ops);
        ops.on_request = &on_request;
        if constexpr (Has_on_body<T>::value) {
            ops.on_body = &on_body;
        }
        if constexpr (Has_on_writable<T>::value) {
            ops.on_writable = &on_writable;
        }
        if constexpr (Has_on_abort<T>::value) {
            ops.on_abort = &on_abort;
        }
        if constexpr (Has_on_destroy<T>::value) {
            ops.on_destroy = &on_destroy;
        }
        if constexpr (Has_needs<T>::value) {
            ops.needs = &needs;
        }
        return ops;
    }
};

template <class T>
inline constexpr berth_http_handler_ops kHandlerOps = HandlerThunks<T>::table();

}  // namespace detail

template <class T, class Module>
constexpr berth_factory http_handler(const Named& named) {
    return make_factory<T, Module>(BERTH_HTTP_HANDLER_KIND, named, &detail::kHandlerOps<T>);
}

// A module whose handlers or filters need berth.http/1, and nothing else beside their settings.
class HttpModule : public ModuleBase {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = ModuleBase::load(host);
        http_ = extension<berth_http_ext>(BERTH_HTTP_EXT);
        return http_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }
    const berth_http_ext* http() const { return http_; }

private:
    const berth_http_ext* http_ = nullptr;
};

namespace detail {

inline constexpr const char* kHttpModuleUses[] = {BERTH_CONFIG_EXT, BERTH_HTTP_EXT, nullptr};

}  // namespace detail

// The module of a plugin that offers one handler or filter, made from an HttpModule:
//     constexpr berth_module kModule = berth::sdk::http_module<Hello, kGreeter>(
//         BERTH_ABOUT("Example", "Apache-2.0", "Greets whoever asks"));
template <class Module, const berth_factory& factory>
constexpr berth_module http_module(const About& about) {
    return make_module<Module, factory>(about, detail::kHttpModuleUses);
}

// The head of an answer; headers must live during the call.
template <std::size_t N>
berth_http_resp http_response(std::uint32_t status, const berth_header (&headers)[N]) {
    berth_http_resp response{};
    response.h = BERTH_HDR(berth_http_resp);
    response.status = status;
    response.headers = headers;
    response.n_headers = N;
    response.content_length = BERTH_LENGTH_UNKNOWN;
    return response;
}

inline berth_http_resp http_response(std::uint32_t status) {
    berth_http_resp response{};
    response.h = BERTH_HDR(berth_http_resp);
    response.status = status;
    response.content_length = BERTH_LENGTH_UNKNOWN;
    return response;
}

}  // namespace berth::sdk

#endif
