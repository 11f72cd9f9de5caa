#include "h2_engine.h"

#include "h2_session.h"
#include "h2_stream.h"

#include <new>
#include <string_view>

namespace berth::http {
namespace {

constexpr size_t kEncoderTableMax = 4096;  // whatever the client offers
constexpr size_t kContinuationReadsMax = 1000;
constexpr size_t kAcksQueuedMax = 100;  // to a client that does not read them

H2Session& session_of(void* user) {
    return *static_cast<H2Session*>(user);
}

std::string_view text(const uint8_t* bytes, size_t n) {
    return {reinterpret_cast<const char*>(bytes), n};
}

// An exception must not pass through C.
template <class Call>
int guarded(Call call) noexcept {
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
}

int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded([&] { return session_of(user).on_begin_headers(*frame); });
}

int on_header(nghttp2_session*,
              const nghttp2_frame*,
              const uint8_t* name,
              size_t name_size,
              const uint8_t* value,
              size_t value_size,
              uint8_t,
              void* user) {
    return guarded(
        [&] { return session_of(user).on_header(text(name, name_size), text(value, value_size)); });
}

int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded([&] { return session_of(user).on_frame(*frame); });
}

int on_invalid_frame_recv(nghttp2_session*, const nghttp2_frame* frame, int error, void* user) {
    return guarded([&] { return session_of(user).on_invalid_frame(*frame, error); });
}

int on_data_chunk_recv(
    nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void* user) {
    return guarded([&] { return session_of(user).on_body(stream, text(bytes, size)); });
}

int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded([&] { return session_of(user).on_frame_sent(*frame); });
}

int on_stream_close(nghttp2_session*, int32_t stream, uint32_t error, void* user) {
    return guarded([&] { return session_of(user).on_stream_closed(stream, error); });
}

int send_data(nghttp2_session*,
              nghttp2_frame* frame,
              const uint8_t* head,
              size_t size,
              nghttp2_data_source* source,
              void* user) {
    constexpr size_t kHeadSize = 9;
    return guarded([&] {
        (void)frame;  // its head is written, and nothing is padded
        auto& stream = *static_cast<H2Stream*>(source->ptr);
        return session_of(user).send_data(stream, text(head, kHeadSize), size);
    });
}

}  // namespace

H2Engine::H2Engine() {
    nghttp2_option* options = nullptr;
    nghttp2_session_callbacks* callbacks = nullptr;
    const bool made = nghttp2_option_new(&options) == 0;
    options_.reset(options);
    if (!made || nghttp2_session_callbacks_new(&callbacks) != 0) {
        throw std::bad_alloc();
    }
    callbacks_.reset(callbacks);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_http_messaging(options, 1);  // H2Head judges messages, more strictly
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_max_deflate_dynamic_table_size(options, kEncoderTableMax);
    // It counts reads, not frames; H2Budget counts frames.
    nghttp2_option_set_max_continuations(options, kContinuationReadsMax);
    nghttp2_option_set_max_outbound_ack(options, kAcksQueuedMax);
    nghttp2_option_set_builtin_recv_extension_type(options, NGHTTP2_PRIORITY_UPDATE);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk_recv);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, send_data);
}

NghttpSession H2Engine::make(H2Session& session) {
    nghttp2_session* made = nullptr;
    nghttp2_session_server_new3(&made, callbacks_.get(), &session, options_.get(), memory_.table());
    return NghttpSession(made);
}

}  // namespace berth::http
