#include "connection.h"

#include "websocket_module.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/stream.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>

namespace berth::websocket {
namespace {

constexpr uint64_t kMessageMax = 1024 * 1024;
constexpr uint64_t kPingMs = 30'000;
constexpr uint64_t kDrainCloseMs = 10'000;
constexpr uint32_t kFramesMax = 1024;  // of one message

uint64_t or_default(uint64_t given, uint64_t otherwise) {
    return given == 0 ? otherwise : given;
}

}  // namespace

Connection::Connection(WebSocketModule& module,
                       berth_http_req& request,
                       const Terms& terms,
                       const berth_ws_cb& callbacks,
                       void* user)
    : module_(module),
      request_(request),
      callbacks_(callbacks),
      user_(user),
      reader_(terms.deflate.agreed, kFramesMax),
      message_(module, or_default(terms.options.message_max, kMessageMax)),
      subprotocol_(terms.subprotocol),
      ping_ms_(or_default(terms.options.ping_ms, kPingMs)),
      deflate_(terms.deflate) {}

Connection::~Connection() {
    if (ticket_ != 0) {
        module_.loop().retire(ticket_);
    }
}

void Connection::begin(berth_stream& stream) {
    stream_ = &stream;
    module_.count_opened();
    stream.ops->set_user(&stream, &sdk::kStreamUser<Connection>, this);
    watch_idle();
}

void Connection::watch_idle() {
    stream_->ops->timeout(stream_, BERTH_TIMEOUT_IDLE, ping_ms_);
}

berth_status Connection::on_data(berth_rbuf* buffers, uint32_t n) {
    is_.pinged = false;
    size_t size = 0;
    for (uint32_t i = 0; i < n; ++i) {
        size += buffers[i].n;
        std::span<const uint8_t> input(buffers[i].p, buffers[i].n);
        read(input);
        buffers[i].p = input.data();
        buffers[i].n = input.size();
        if (!input.empty()) {
            return BERTH_OK;
        }
    }
    if (size == 0) {
        shut(BERTH_OK);  // it cannot say Close any more
    }
    return BERTH_OK;
}

void Connection::read(std::span<const uint8_t>& input) {
    while (!input.empty() && may_read()) {
        take(reader_.next(input));
    }
    if (state_ == State::kClosed) {
        input = input.last(0);
    }
}

void Connection::take(const FrameReader::Event& event) {
    switch (event.kind) {
        case FrameReader::Kind::kMore:
            break;
        case FrameReader::Kind::kPiece:
            take_piece(event);
            break;
        case FrameReader::Kind::kControl:
            take_control(event);
            break;
        case FrameReader::Kind::kRefused:
            fail(BERTH_WS_PROTOCOL_ERROR);
            break;
        case FrameReader::Kind::kTooMany:
            fail(BERTH_WS_POLICY, "websocket_frames");
            break;
    }
}

void Connection::take_piece(const FrameReader::Event& piece) {
    if (state_ != State::kOpen) {
        return;  // what comes after our Close interests nobody
    }
    using Kind = MessageBuilder::Outcome::Kind;
    const MessageBuilder::Outcome outcome = message_.add(piece);
    if (outcome.kind == Kind::kRefused) {
        fail(outcome.code, outcome.limit);
    } else if (outcome.kind == Kind::kWhole) {
        deliver(piece.opcode, outcome.message);
        message_.release();  // not sooner: the handler may send while it reads
    }
}

void Connection::deliver(uint8_t kind, std::span<const uint8_t> message) {
    module_.count_messages(1, 0);
    const berth_sv text{reinterpret_cast<const char*>(message.data()), message.size()};
    const berth_status status = callbacks_.on_message(user_, this, kind, text);
    if (status < 0 && state_ == State::kOpen) {
        fail(BERTH_WS_INTERNAL_ERROR);
    }
}

void Connection::take_control(const FrameReader::Event& frame) {
    if (!control_frames_.take(module_.loop().now_ms())) {
        fail(BERTH_WS_POLICY, "websocket_control_frames");
        return;
    }
    if (frame.opcode == kClose) {
        take_close(frame.bytes);
    } else if (frame.opcode == kPing && state_ == State::kOpen) {
        write_control(kPong, frame.bytes);
    }
}

void Connection::take_close(std::span<const uint8_t> payload) {
    const CloseFrame close = parse_close(payload);
    if (close.fault != 0) {
        fail(close.fault);
        return;
    }
    code_ = close.code;
    reason_ = close.reason;
    if (state_ == State::kOpen) {
        write_control(kClose, payload.first(std::min<size_t>(payload.size(), 2)));
    }
    shut(BERTH_OK);
}

// The client broke a rule, or asks for too much: it is told and the connection ends.
void Connection::fail(uint32_t code, const char* limit) {
    if (limit != nullptr) {
        module_.count_limit(limit);
    }
    if (state_ == State::kOpen) {
        std::array<uint8_t, kControlMax> payload{};
        write_control(kClose, std::span(payload).first(write_close(code, {}, payload.data())));
    }
    shut(BERTH_OK);
}

void Connection::shut(berth_status why) {
    if (state_ != State::kClosed) {
        state_ = State::kClosed;
        stream_->ops->close(stream_, why, 1);
    }
}

void Connection::pause(bool on) {
    if (state_ == State::kOpen) {
        is_.held = on;
        pause_stream();
    }
}

void Connection::pause_stream() {
    const bool wanted = is_.throttled || is_.held;
    if (wanted != is_.paused) {
        is_.paused = wanted;
        stream_->ops->read_pause(stream_, wanted ? 1 : 0);
    }
}

void Connection::on_writable() {
    is_.throttled = false;
    if (state_ == State::kOpen && BERTH_HAS(berth_ws_cb, &callbacks_, on_writable)) {
        callbacks_.on_writable(user_, this);
    }
    pause_stream();
}

// The handler goes on until shortly before the end, so that a client has the time to go elsewhere.
void Connection::on_drain(uint64_t deadline_ms) {
    const uint64_t now = module_.loop().now_ms();
    const uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
    is_.draining = true;
    if (state_ == State::kOpen) {
        stream_->ops->timeout(
            stream_, BERTH_TIMEOUT_DEADLINE, left - std::min(left / 2, kDrainCloseMs));
    }
}

void Connection::on_timeout() {
    if (state_ == State::kClosing) {
        shut(BERTH_E_TIMEOUT);
    } else if (state_ == State::kOpen && is_.draining) {
        close(BERTH_WS_GOING_AWAY, {});
    } else if (state_ == State::kOpen && is_.pinged && !is_.paused) {
        shut(BERTH_E_TIMEOUT);
    } else if (state_ == State::kOpen) {
        is_.pinged = true;
        ping({});
        watch_idle();
    }
}

void Connection::on_close(berth_status) {
    state_ = State::kClosed;
    if (BERTH_HAS(berth_ws_cb, &callbacks_, on_close)) {
        callbacks_.on_close(user_, this, code_, sdk::sv(reason_));
    }
}

berth_ticket Connection::ticket() {
    if (ticket_ == 0) {
        ticket_ = module_.loop().ticket(static_cast<berth_ws*>(this));
    }
    return ticket_;
}

}  // namespace berth::websocket
