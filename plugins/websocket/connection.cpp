#include "connection.h"

#include "websocket_module.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace berth::websocket {
namespace {

constexpr uint64_t kMessageMax = 1024 * 1024;
constexpr uint64_t kPingMs = 30'000;
constexpr uint64_t kCloseMs = 5'000;  // that a client may take to answer a Close
constexpr uint64_t kDrainCloseMs = 10'000;
constexpr uint32_t kFramesMax = 1024;      // of one message
constexpr uint32_t kControlBurst = 100;    // control frames at once,
constexpr uint64_t kControlPeriodMs = 20;  // and one more in each of these
constexpr size_t kKeptCapacity = 4096;     // of a message's memory, between messages

uint64_t or_default(uint64_t given, uint64_t otherwise) {
    return given == 0 ? otherwise : given;
}

void release(std::span<const berth_seg> segments) {
    for (const berth_seg& segment : segments) {
        if (segment.kind == BERTH_SEG_OWNED) {
            segment.v.owner->release(segment.v.owner);
        }
    }
}

}  // namespace

const berth_stream_cb Connection::kCallbacks = {
    BERTH_HDR(berth_stream_cb),
    [](void* u, berth_rbuf* buffers, uint32_t n) {
        return sdk::detail::guarded([&] {
            of_user(u).on_data(buffers, n);
            return BERTH_OK;
        });
    },
    [](void* u) { of_user(u).on_writable(); },
    nullptr,
    [](void* u, uint64_t deadline_ms) { of_user(u).on_drain(deadline_ms); },
    [](void* u) { of_user(u).on_timeout(); },
    [](void* u, berth_status) {
        const std::unique_ptr<Connection> connection(&of_user(u));
        connection->on_close();
    },
};

Connection::Connection(WebSocketModule& module,
                       berth_http_req& request,
                       const Terms& terms,
                       const berth_ws_cb& callbacks,
                       void* user)
    : module_(module),
      request_(request),
      callbacks_(callbacks),
      user_(user),
      reader_(false, kFramesMax),
      subprotocol_(terms.subprotocol),
      message_max_(or_default(terms.options.message_max, kMessageMax)),
      ping_ms_(or_default(terms.options.ping_ms, kPingMs)),
      code_(BERTH_WS_ABNORMAL) {}

Connection::~Connection() {
    if (ticket_ != 0) {
        module_.loop().retire(ticket_);
    }
}

void Connection::begin(berth_stream& stream) {
    stream_ = &stream;
    module_.count_opened();
    stream.ops->set_user(&stream, &kCallbacks, this);
    watch_idle();
}

void Connection::watch_idle() {
    stream_->ops->timeout(stream_, BERTH_TIMEOUT_IDLE, ping_ms_);
}

void Connection::on_data(berth_rbuf* buffers, uint32_t n) {
    pinged_ = false;
    size_t size = 0;
    for (uint32_t i = 0; i < n; ++i) {
        size += buffers[i].n;
        std::span<const uint8_t> input(buffers[i].p, buffers[i].n);
        read(input);
        buffers[i].p = input.data();
        buffers[i].n = input.size();
        if (!input.empty()) {
            return;
        }
    }
    if (size == 0) {
        shut(BERTH_OK);  // it cannot say Close any more
    }
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
    if (message_.size() + piece.bytes.size() + piece.to_come > message_max_) {
        fail(BERTH_WS_TOO_BIG, "websocket_message");
    } else if (piece.first && piece.last) {
        take_whole(piece);
    } else if (gather(piece) && piece.last) {
        take_gathered(piece.opcode);
    }
}

// The common case: a message in one frame, in one read. It needs no memory of its own.
void Connection::take_whole(const FrameReader::Event& piece) {
    const size_t size = piece.bytes.size();
    uint8_t* const bytes = module_.scratch(size);
    unmask(piece.bytes.data(), size, piece.mask, bytes);
    if (piece.opcode == kText && !is_utf8({bytes, size})) {
        fail(BERTH_WS_NOT_UTF8);
        return;
    }
    deliver(piece.opcode, {bytes, size});
}

// False: it cannot become a message.
bool Connection::gather(const FrameReader::Event& piece) {
    if (piece.first) {
        utf8_.reset();
    }
    const size_t before = message_.size(), size = piece.bytes.size();
    message_.resize(before + size);
    uint8_t* const bytes = message_.data() + before;
    unmask(piece.bytes.data(), size, piece.mask, bytes);
    if (piece.opcode == kText &&
        (!utf8_.add({bytes, size}) || (piece.last && !utf8_.is_complete()))) {
        fail(BERTH_WS_NOT_UTF8);
        return false;
    }
    return true;
}

void Connection::take_gathered(uint8_t kind) {
    deliver(kind, message_);
    message_.clear();
    if (message_.capacity() > kKeptCapacity) {
        message_.shrink_to_fit();
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
    if (!spend_control()) {
        fail(BERTH_WS_POLICY, "websocket_control_frames");
        return;
    }
    if (frame.opcode == kClose) {
        take_close(frame.bytes);
    } else if (frame.opcode == kPing && state_ == State::kOpen) {
        write_control(kPong, frame.bytes);
    }
}

// False: too many of them for what they are good for.
bool Connection::spend_control() {
    const uint64_t now = module_.loop().now_ms();
    const uint64_t forgiven = (now - control_ms_) / kControlPeriodMs;
    if (forgiven != 0) {
        control_ms_ = now;
        control_ -= static_cast<uint32_t>(std::min<uint64_t>(control_, forgiven));
    }
    return ++control_ <= kControlBurst;
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

berth_status Connection::send(uint32_t kind, std::span<const berth_seg> segments) {
    uint64_t length = 0;
    bool good = kind == BERTH_WS_TEXT || kind == BERTH_WS_BINARY;
    for (const berth_seg& segment : segments) {
        length += segment.len;
        good &= segment.kind != BERTH_SEG_FILE;
    }
    if (state_ != State::kOpen || !good) {
        release(segments);
        return state_ != State::kOpen ? BERTH_E_STATE : BERTH_E_INVAL;
    }
    std::array<uint8_t, kServerHeadMax> head{};
    const size_t size = write_head(static_cast<uint8_t>(kind), false, length, head.data());
    std::array<berth_seg, 8> few{};
    std::vector<berth_seg> many;
    berth_seg* all = few.data();
    if (segments.size() >= few.size()) {
        many.resize(segments.size() + 1);
        all = many.data();
    }
    all[0] = sdk::copied({reinterpret_cast<const char*>(head.data()), size});
    std::copy(segments.begin(), segments.end(), all + 1);
    module_.count_messages(0, 1);
    return write(all, static_cast<uint32_t>(segments.size() + 1));
}

berth_status Connection::ping(std::string_view bytes) {
    if (state_ != State::kOpen || bytes.size() > kControlMax) {
        return state_ != State::kOpen ? BERTH_E_STATE : BERTH_E_INVAL;
    }
    return write_control(kPing, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

berth_status Connection::close(uint32_t code, std::string_view reason) {
    if (state_ != State::kOpen) {
        return BERTH_E_STATE;
    }
    const std::span text(reinterpret_cast<const uint8_t*>(reason.data()), reason.size());
    const bool good = code == 0 ? reason.empty() : is_close_code(code);
    if (!good || reason.size() > kReasonMax || !is_utf8(text)) {
        return BERTH_E_INVAL;
    }
    std::array<uint8_t, kControlMax> payload{};
    const size_t size = write_close(code, reason, payload.data());
    state_ = State::kClosing;
    write_control(kClose, std::span(payload).first(size));
    held_ = false;
    pause_stream();  // the client's Close must be seen
    stream_->ops->timeout(stream_, BERTH_TIMEOUT_DEADLINE, kCloseMs);
    return BERTH_OK;
}

berth_status Connection::write_control(uint8_t opcode, std::span<const uint8_t> payload) {
    std::array<uint8_t, 2 + kControlMax> frame{};
    const size_t head = write_head(opcode, false, payload.size(), frame.data());
    std::copy(payload.begin(), payload.end(), frame.data() + head);
    const berth_seg segment =
        sdk::copied({reinterpret_cast<const char*>(frame.data()), head + payload.size()});
    return write(&segment, 1);
}

berth_status Connection::write(const berth_seg* segments, uint32_t n) {
    const berth_status status = stream_->ops->write(stream_, segments, n, 0);
    if (status == BERTH_AGAIN && !throttled_) {
        throttled_ = true;
        pause_stream();
    }
    return status;
}

void Connection::pause(bool on) {
    if (state_ == State::kOpen) {
        held_ = on;
        pause_stream();
    }
}

void Connection::pause_stream() {
    const bool wanted = throttled_ || held_;
    if (wanted != paused_) {
        paused_ = wanted;
        stream_->ops->read_pause(stream_, wanted ? 1 : 0);
    }
}

void Connection::on_writable() {
    throttled_ = false;
    if (state_ == State::kOpen && BERTH_HAS(berth_ws_cb, &callbacks_, on_writable)) {
        callbacks_.on_writable(user_, this);
    }
    pause_stream();
}

// The handler goes on until shortly before the end, so that a client has the time to go elsewhere.
void Connection::on_drain(uint64_t deadline_ms) {
    const uint64_t now = module_.loop().now_ms();
    const uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
    draining_ = true;
    if (state_ == State::kOpen) {
        stream_->ops->timeout(
            stream_, BERTH_TIMEOUT_DEADLINE, left - std::min(left / 2, kDrainCloseMs));
    }
}

void Connection::on_timeout() {
    if (state_ == State::kClosing) {
        shut(BERTH_E_TIMEOUT);
    } else if (state_ == State::kOpen && draining_) {
        close(BERTH_WS_GOING_AWAY, {});
    } else if (state_ == State::kOpen && pinged_ && !paused_) {
        shut(BERTH_E_TIMEOUT);
    } else if (state_ == State::kOpen) {
        pinged_ = true;
        ping({});
        watch_idle();
    }
}

void Connection::on_close() {
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
