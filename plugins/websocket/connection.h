#pragma once

#include "close_frame.h"
#include "deflate_offer.h"
#include "frame_reader.h"
#include "message_builder.h"

#include "berth/cpp/token_bucket.hpp"
#include "berth/websocket.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct berth_ws {};  // what handlers hold; a Connection

namespace berth::websocket {

class WebSocketModule;

// One WebSocket on a stream, between the client's frames and the handler's messages. Owned by the
// stream, whose user it is.
//
//   kOpen ─close()→ kClosing ─client's Close, or too late→ kClosed
//   kOpen ─client's Close, or a fault of it→ kClosed
class Connection final : public berth_ws {
public:
    // What was agreed on.
    struct Terms {
        const berth_ws_options& options;
        std::string_view subprotocol;
        DeflateTerms deflate;
    };

    Connection(WebSocketModule& module,
               berth_http_req& request,
               const Terms& terms,
               const berth_ws_cb& callbacks,
               void* user);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    static Connection& of(berth_ws* ws) { return *static_cast<Connection*>(ws); }

    // The connection is the stream's user from here on.
    void begin(berth_stream& stream);
    berth_stream& stream() { return *stream_; }

    // Of the stream.
    berth_status on_data(berth_rbuf* buffers, uint32_t n);
    void on_writable();
    void on_drain(uint64_t deadline_ms);
    void on_timeout();
    void on_close(berth_status why);

    // Of the handler: berth_websocket_ext.
    berth_status send(uint32_t kind, std::span<const berth_seg> segments);
    berth_status ping(std::string_view bytes);
    berth_status close(uint32_t code, std::string_view reason);
    void pause(bool on);
    berth_ticket ticket();
    berth_http_req& request() { return request_; }
    std::string_view subprotocol() const { return subprotocol_; }

private:
    enum class State : uint8_t { kOpen, kClosing, kClosed };

    void read(std::span<const uint8_t>& input);
    bool may_read() const { return state_ != State::kClosed && !is_.throttled && !is_.held; }
    void take(const FrameReader::Event& event);
    void take_piece(const FrameReader::Event& piece);
    void deliver(uint8_t kind, std::span<const uint8_t> message);
    void take_control(const FrameReader::Event& frame);
    void take_close(std::span<const uint8_t> payload);
    void fail(uint32_t code, const char* limit = nullptr);
    void shut(berth_status why);
    void watch_idle();
    berth_status write_control(uint8_t opcode, std::span<const uint8_t> payload);
    berth_status write(const berth_seg* segments, uint32_t n);
    void pause_stream();
    berth_status send_compressed(uint8_t kind);
    bool compress(std::span<const berth_seg> segments, uint64_t length);

    // What is known beyond the state.
    struct Is {
        bool throttled : 1 = false;  // output is above its high mark
        bool held : 1 = false;       // the handler wants no messages
        bool paused : 1 = false;     // and the stream knows
        bool pinged : 1 = false;     // nothing was read since
        bool draining : 1 = false;
    };

    WebSocketModule& module_;
    berth_http_req& request_;
    const berth_ws_cb& callbacks_;
    void* const user_;
    berth_stream* stream_ = nullptr;
    FrameReader reader_;
    MessageBuilder message_;
    std::string reason_;  // of the client's Close
    const std::string subprotocol_;
    const uint64_t ping_ms_;
    const DeflateTerms deflate_;
    sdk::TokenBucket control_frames_{100, 50};
    berth_ticket ticket_ = 0;
    uint16_t code_ = BERTH_WS_ABNORMAL;  // of the client's Close
    State state_ = State::kOpen;
    Is is_;
};

}  // namespace berth::websocket
