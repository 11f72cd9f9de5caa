// Users of a stream as classes.
//
//     class Echo {
//     public:
//         berth_stream &stream();
//         berth_status on_data(berth_rbuf *bufs, std::uint32_t n);
//     };
//     stream->ops->set_user(stream, &berth::sdk::kStreamUser<Echo>, new Echo(*stream));
//
// Optional members, absent ones cost nothing: on_writable(), on_tls(status), on_drain(deadline_ms),
// on_timeout(), on_close(why). The object is deleted when on_close() has returned. What a member
// throws ends the stream, not the worker.
#ifndef BERTH_CPP_STREAM_HPP
#define BERTH_CPP_STREAM_HPP

#include "berth/cpp/guard.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/stream.h"

#include <cstdint>
#include <memory>
#include <utility>

namespace berth::sdk {

// Runs a function for a stream: what it throws closes the stream. For calls that do not come from
// the stream, such as a timer's.
template <class F>
void guarded(berth_stream& stream, F function) noexcept {
    const berth_status status = guarded(std::move(function));
    if (status < 0) {
        stream.ops->close(&stream, status, 0);
    }
}

namespace detail {

// What a user of streams may have.
struct OfStreamUser {
    BERTH_DETECT(on_writable, /* nothing */);
    BERTH_DETECT(on_tls, berth_status());
    BERTH_DETECT(on_drain, std::uint64_t());
    BERTH_DETECT(on_timeout, /* nothing */);
    BERTH_DETECT(on_close, berth_status());
};

// The C functions of T's table.
template <class T>
struct StreamThunks {
    static T& of(void* u) { return *static_cast<T*>(u); }

    static berth_status on_data(void* u, berth_rbuf* bufs, std::uint32_t n) noexcept {
        return guarded([=] { return of(u).on_data(bufs, n); });
    }
    static void on_writable(void* u) noexcept {
        guarded(of(u).stream(), [=] { of(u).on_writable(); });
    }
    static void on_tls(void* u, berth_status status) noexcept {
        guarded(of(u).stream(), [=] { of(u).on_tls(status); });
    }
    static void on_drain(void* u, std::uint64_t deadline_ms) noexcept {
        guarded(of(u).stream(), [=] { of(u).on_drain(deadline_ms); });
    }
    static void on_timeout(void* u) noexcept {
        guarded(of(u).stream(), [=] { of(u).on_timeout(); });
    }
    static void on_close(void* u, berth_status why) noexcept {
        const std::unique_ptr<T> user(&of(u));
        if constexpr (OfStreamUser::Has_on_close<T>::value) {
            guarded([&] { user->on_close(why); });
        }
    }

    static constexpr berth_stream_cb table() {
        berth_stream_cb callbacks{};
        callbacks.h = BERTH_HDR(berth_stream_cb);
        callbacks.on_data = &on_data;
        if constexpr (OfStreamUser::Has_on_writable<T>::value) {
            callbacks.on_writable = &on_writable;
        }
        if constexpr (OfStreamUser::Has_on_tls<T>::value) {
            callbacks.on_tls = &on_tls;
        }
        if constexpr (OfStreamUser::Has_on_drain<T>::value) {
            callbacks.on_drain = &on_drain;
        }
        if constexpr (OfStreamUser::Has_on_timeout<T>::value) {
            callbacks.on_timeout = &on_timeout;
        }
        callbacks.on_close = &on_close;
        return callbacks;
    }
};

}  // namespace detail

// The callbacks of a stream whose user pointer is a T*, made with new.
template <class T>
inline constexpr berth_stream_cb kStreamUser = detail::StreamThunks<T>::table();

}  // namespace berth::sdk

#endif
