// The half of H2Session that its input and its streams call: streams come and go, frames go out.
#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "service.h"

#include <algorithm>
#include <utility>

namespace berth::http {
namespace {

constexpr uint32_t kStreamsMax = 100;
constexpr uint32_t kConfirmationsMax = 100;  // to a client that does not read them
constexpr uint32_t kHeaderTable = 4096;      // that a client offers before it says anything
constexpr uint32_t kFrameSizeMax = (1 << 24) - 1;

// RFC 9113 6.5.2, RFC 8441 3, RFC 9218 2.1.
enum : uint16_t {
    kHeaderTableSize = 1,
    kEnablePush = 2,
    kMaxConcurrentStreams = 3,
    kInitialWindowSize = 4,
    kMaxFrameSize = 5,
    kMaxHeaderListSize = 6,
    kEnableConnectProtocol = 8,
    kNoRfc7540Priorities = 9
};

}  // namespace

void H2Session::send_settings() {
    H2SmallFrame settings(H2Frame::kSettings, 0);
    settings.add_short(kMaxConcurrentStreams).add(kStreamsMax);
    settings.add_short(kInitialWindowSize).add(H2Body::kWindow);
    settings.add_short(kMaxHeaderListSize).add(sites_.first().limits.head.head);
    settings.add_short(kNoRfc7540Priorities).add(1);
    settings.add_short(kEnableConnectProtocol).add(1);
    send_frame(settings);
}

void H2Session::send_goaway(uint32_t last, H2Error error) {
    send_frame(H2SmallFrame(H2Frame::kGoaway, 0).add(last).add(static_cast<uint32_t>(error)));
}

void H2Session::on_setting(uint16_t id, uint32_t value) {
    switch (id) {
        case kHeaderTableSize:
            client_is_.shrinks_table |= value < kHeaderTable;
            return;
        case kInitialWindowSize:
            return set_window(value);
        case kMaxFrameSize:
            if (value < H2Frame::kLengthMax || value > kFrameSizeMax) {
                end(H2Error::kProtocol);
            }
            return;
        case kEnablePush:
        case kEnableConnectProtocol:
        case kNoRfc7540Priorities:
            if (value > 1) {
                end(H2Error::kProtocol);
            }
            return;
        default:
            return;  // it concerns us not, or is unknown
    }
}

// Also of the streams that are open (RFC 9113 6.9.2).
void H2Session::set_window(uint32_t size) {
    if (size > H2Frame::kStreamMax) {
        end(H2Error::kFlowControl);
        return;
    }
    const int64_t by = int64_t{size} - client_is_.window;
    client_is_.window = size;
    for (size_t i = 0; i < streams_.size(); ++i) {
        if (!streams_[i].open_window(by)) {
            end(H2Error::kFlowControl, "h2_window");
            return;
        }
        schedule(streams_[i]);
    }
}

void H2Session::confirm(const H2SmallFrame& frame) {
    if (!is_open()) {
        return;
    }
    if (is_throttled() && ++client_is_.confirmations > kConfirmationsMax) {
        end(H2Error::kEnhanceYourCalm, "h2_control_frames");
        return;
    }
    send_frame(frame);
}

void H2Session::open_window(uint32_t increment) {
    if (!send_window_.open(increment)) {
        end(H2Error::kFlowControl, "h2_window");
    }
}

void H2Session::open_window(H2Stream& stream, uint32_t increment) {
    if (!stream.open_window(increment)) {
        end(H2Error::kFlowControl, "h2_window");
        return;
    }
    schedule(stream);
}

H2Stream* H2Session::open_stream(uint32_t id) {
    streams_.note_opened(id);
    if (state_ >= State::kLeaving) {
        return nullptr;
    }
    sweep();
    if (streams_.size() >= kStreamsMax && client_is_.confirmed) {
        end(H2Error::kProtocol);
        return nullptr;
    }
    H2StreamPtr stream = service_.h2_streams().make(*this, id, client_is_.window);
    if (streams_.size() >= kStreamsMax) {
        refuse(*stream, H2Error::kRefusedStream);
        return nullptr;
    }
    if (!stream->begin()) {
        reset(*stream, H2Error::kInternal);
        return nullptr;
    }
    return &streams_.add(std::move(stream));
}

void H2Session::remove(H2Stream& stream) {
    schedule_.remove(stream);
    stream.on_closed(BERTH_E_GONE);
    streams_.remove(stream);
}

void H2Session::remove_if_over(H2Stream& stream) {
    if (stream.is_over()) {
        remove(stream);
    }
}

void H2Session::sweep() {
    if (!std::exchange(is_.unswept, false)) {
        return;
    }
    for (size_t i = streams_.size(); i-- > 0;) {
        remove_if_over(streams_[i]);
    }
}

void H2Session::reset(H2Stream& stream, H2Error error) {
    if (stream.is_over()) {
        return;
    }
    streams_.note_given_up(stream.id());
    schedule_.remove(stream);
    stream.give_up();
    send_frame(H2SmallFrame(H2Frame::kRstStream, stream.id()).add(static_cast<uint32_t>(error)));
}

void H2Session::refuse(H2Stream& stream, H2Error error) {
    reset(stream, error);
    input_.charge_stream_error();
}

void H2Session::consume(size_t bytes) {
    if (const uint32_t increment = receive_window_.give_back(static_cast<uint32_t>(bytes))) {
        send_frame(H2SmallFrame(H2Frame::kWindowUpdate, 0).add(increment));
    }
}

H2Block H2Session::begin_block() {
    return H2Block(service_.scratch().h2_block, client_is_.shrinks_table);
}

// In as many frames as it needs (RFC 9113 6.10).
void H2Session::send_block(uint32_t stream, H2Block& block, bool ends_stream) {
    client_is_.shrinks_table = false;
    if (block.fits_frame()) {
        const unsigned ends = ends_stream ? H2Frame::kEndStream : 0;
        output_.add(block.frame(stream, static_cast<uint8_t>(ends | H2Frame::kEndHeaders)));
        return;
    }
    std::string_view rest = block.text();
    uint8_t type = H2Frame::kHeaders;
    unsigned flags = ends_stream ? H2Frame::kEndStream : 0;
    do {
        const std::string_view part = rest.substr(0, H2Frame::kLengthMax);
        rest.remove_prefix(part.size());
        flags |= rest.empty() ? H2Frame::kEndHeaders : 0;
        const auto length = static_cast<uint32_t>(part.size());
        const H2FrameHead head = frame_head({length, type, static_cast<uint8_t>(flags), stream});
        output_.add({head.data(), head.size()});
        output_.add(part);
        type = H2Frame::kContinuation;
        flags = 0;
    } while (!rest.empty());
}

bool H2Session::sends_at_once(uint64_t bytes) const {
    return output_.takes() && schedule_.empty() && bytes <= BERTH_GATHER_MAX &&
           bytes <= send_window_.left();
}

void H2Session::send_body(const H2FrameHead& head, Segments body) {
    output_.add({head.data(), head.size()});
    for (const berth_seg& segment : body) {
        output_.add(segment);
        send_window_.take(segment.len);
        sent_bytes += segment.len;
    }
}

void H2Session::schedule(H2Stream& stream) {
    const bool scheduled = schedule_.has(stream);
    if (!scheduled && stream.can_send()) {
        schedule_.add(stream);
    } else if (scheduled && !stream.can_send()) {
        schedule_.remove(stream);
    }
}

// One frame of the stream whose turn it is, then the next one's.
void H2Session::send() {
    while (output_.takes() && !schedule_.empty() && send_window_.left() != 0) {
        H2Stream& stream = schedule_.next();
        const uint64_t sent = stream.send(output_, send_window_.left());
        send_window_.take(sent);
        sent_bytes += sent;
        if (stream.priority().incremental) {
            schedule_.remove(stream);  // and to the end
        }
        schedule(stream);
    }
}

}  // namespace berth::http
