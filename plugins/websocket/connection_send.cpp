// The sending half of Connection.
#include "connection.h"
#include "utf8.h"
#include "websocket_module.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace berth::websocket {
namespace {

constexpr uint64_t kCloseMs = 5'000;      // that a client may take to answer a Close
constexpr uint64_t kCompressedMin = 128;  // shorter messages only get longer

// What a message is made of: given up unless the stream takes it over.
class Given {
public:
    explicit Given(std::span<const berth_seg> segments) : segments_(segments) {}
    ~Given() {
        for (const berth_seg& segment : segments_) {
            if (segment.kind == BERTH_SEG_OWNED) {
                segment.v.owner->release(segment.v.owner);
            }
        }
    }
    Given(const Given&) = delete;
    Given& operator=(const Given&) = delete;

    void pass_on() { segments_ = {}; }

private:
    std::span<const berth_seg> segments_;
};

}  // namespace

berth_status Connection::send(uint32_t kind, std::span<const berth_seg> segments) {
    Given given(segments);
    uint64_t length = 0;
    bool good = kind == BERTH_WS_TEXT || kind == BERTH_WS_BINARY;
    for (const berth_seg& segment : segments) {
        length += segment.len;
        good &= segment.kind != BERTH_SEG_FILE;
    }
    if (state_ != State::kOpen || !good) {
        return state_ != State::kOpen ? BERTH_E_STATE : BERTH_E_INVAL;
    }
    module_.count_messages(0, 1);
    std::array<uint8_t, kServerHeadMax> head{};
    if (compress(segments, length)) {
        return send_compressed(static_cast<uint8_t>(kind));
    }
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
    given.pass_on();
    return write(all, static_cast<uint32_t>(segments.size() + 1));
}

// False: it was not agreed on, or is not worth it.
bool Connection::compress(std::span<const berth_seg> segments, uint64_t length) {
    if (!deflate_.agreed || length < kCompressedMin) {
        return false;
    }
    std::vector<std::span<const uint8_t>> pieces;
    for (const berth_seg& segment : segments) {
        pieces.emplace_back(static_cast<const uint8_t*>(segment.u.mem), segment.len);
    }
    std::vector<uint8_t>& out = module_.deflated();
    out.clear();
    return module_.deflate().deflate(pieces, deflate_.window_bits, out) && out.size() < length;
}

// What compress() made.
berth_status Connection::send_compressed(uint8_t kind) {
    std::vector<uint8_t>& bytes = module_.deflated();
    std::array<uint8_t, kServerHeadMax> head{};
    const size_t size = write_head(kind, true, bytes.size(), head.data());
    const std::array<berth_seg, 2> segments{
        sdk::copied({reinterpret_cast<const char*>(head.data()), size}),
        sdk::copied({reinterpret_cast<const char*>(bytes.data()), bytes.size()})};
    const berth_status status = write(segments.data(), segments.size());
    WebSocketModule::trim(bytes);
    return status;
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
    is_.held = false;
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
    if (status == BERTH_AGAIN && !is_.throttled) {
        is_.throttled = true;
        pause_stream();
    }
    return status;
}

}  // namespace berth::websocket
