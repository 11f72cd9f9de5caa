#pragma once

#include "berth/cpp/plugin.hpp"
#include "berth/stream.h"

#include <memory>

namespace berth::http {

// The callbacks of a stream whose user is a T: on_data(), on_writable(), on_drain(), on_timeout()
// and on_close(), those that it has. on_close() frees it. An exception, of memory that is
// exhausted, ends the connection and not the worker.
template <class T>
class StreamCalls {
public:
    static constexpr berth_stream_cb make() {
        return {BERTH_HDR(berth_stream_cb),
                on_data,
                on_writable,
                nullptr,
                on_drain,
                on_timeout,
                on_close};
    }
    // session.go_on(), from the top of the loop.
    static void wake(T& session) {
        run(&session, [](T& woken) { woken.go_on(); });
    }

private:
    static T& of(void* user) { return *static_cast<T*>(user); }

    // The stream outlives its user.
    template <class Call>
    static void run(void* user, Call call) {
        berth_stream& stream = of(user).stream_;
        const berth_status status = sdk::detail::guarded([&] {
            call(of(user));
            return BERTH_OK;
        });
        if (status < 0) {
            stream.ops->close(&stream, status, 0);
        }
    }

    static berth_status on_data(void* user, berth_rbuf* buffers, uint32_t n) {
        return sdk::detail::guarded([&] { return of(user).on_data(buffers, n); });
    }
    static void on_writable(void* user) {
        if constexpr (requires(T & session) { session.on_writable(); }) {
            run(user, [](T& session) { session.on_writable(); });
        }
    }
    static void on_drain(void* user, uint64_t deadline_ms) {
        run(user, [=](T& session) { session.on_drain(deadline_ms); });
    }
    static void on_timeout(void* user) {
        run(user, [](T& session) { session.on_timeout(); });
    }
    static void on_close(void* user, berth_status why) {
        const std::unique_ptr<T> session(&of(user));
        if constexpr (requires { session->on_close(why); }) {
            static_cast<void>(sdk::detail::guarded([&] {
                session->on_close(why);
                return BERTH_OK;
            }));
        }
    }
};

}  // namespace berth::http
