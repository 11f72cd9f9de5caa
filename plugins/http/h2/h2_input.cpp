#include "h2/h2_input.h"

#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "service.h"

#include <algorithm>
#include <optional>

namespace berth::http {
namespace {

constexpr size_t kPriorityFields = 5;

}  // namespace

void H2Input::receive(std::string_view& bytes) {
    std::optional<H2Piece> piece;
    while (session_.takes_input() && (greeted_ || take_preface(bytes)) &&
           (piece = reader_.next(bytes))) {
        cut_since_ms_ = 0;
        if (!piece->first || is_allowed(*piece)) {
            dispatch(*piece);
        }
    }
    if (bytes.empty() || !session_.takes_input()) {
        cut_since_ms_ = 0;
    } else if (cut_since_ms_ == 0) {
        cut_since_ms_ = session_.now_ms();
    }
}

// False: it is not complete, or wrong.
bool H2Input::take_preface(std::string_view& bytes) {
    const size_t n = std::min(bytes.size(), kH2Preface.size());
    if (bytes.substr(0, n) != kH2Preface.substr(0, n)) {
        session_.end(H2Error::kProtocol);
        return false;
    }
    if (n < kH2Preface.size()) {
        return false;
    }
    bytes.remove_prefix(n);
    greeted_ = true;
    return true;
}

// Whether a frame may come here at all; it is looked at before anything is done about it.
bool H2Input::is_allowed(const H2Piece& piece) {
    const bool is_wrong = piece.wrong_padding || !is_in_order(piece.frame);
    const H2Error error = is_wrong ? H2Error::kProtocol : error_of_form(piece.frame);
    if (error != H2Error::kNone) {
        session_.end(error);
        return false;
    }
    settled_ = true;
    return judge(budget_.on_frame(piece, session_.waiting_bytes != 0, session_.now_ms()));
}

// RFC 9113 3.4 and 6.10.
bool H2Input::is_in_order(const H2Frame& frame) const {
    if (!settled_) {
        return frame.type == H2Frame::kSettings && !frame.has(H2Frame::kAck);
    }
    const bool continues = frame.type == H2Frame::kContinuation;
    return block_.stream != 0 ? continues && frame.stream == block_.stream : !continues;
}

// False: the session ends.
bool H2Input::judge(H2Budget::Verdict verdict) {
    switch (verdict) {
        case H2Budget::Verdict::kAllowed:
            return true;
        case H2Budget::Verdict::kResets:
            session_.end(H2Error::kEnhanceYourCalm, "h2_resets");
            return false;
        case H2Budget::Verdict::kGlitches:
            session_.end(H2Error::kEnhanceYourCalm, "h2_glitches");
            return false;
        case H2Budget::Verdict::kHeaderBlock:
            session_.end(H2Error::kEnhanceYourCalm, "h2_header_block");
            return false;
        case H2Budget::Verdict::kWindow:
            session_.end(H2Error::kProtocol, "h2_window");
            return false;
        case H2Budget::Verdict::kPriority:
            session_.end(H2Error::kProtocol);
            return false;
    }
    return false;
}

void H2Input::charge_stream_error() {
    judge(budget_.on_stream_error(session_.now_ms()));
}

void H2Input::dispatch(const H2Piece& piece) {
    switch (piece.frame.type) {
        case H2Frame::kData:
            return on_data(piece);
        case H2Frame::kHeaders:
            return on_headers(piece);
        case H2Frame::kPriority:
            return on_priority(piece);
        case H2Frame::kRstStream:
            return on_rst_stream(piece.frame);
        case H2Frame::kSettings:
            return on_settings(piece);
        case H2Frame::kPing:
            return on_ping(piece);
        case H2Frame::kGoaway:
            return session_.on_goaway();
        case H2Frame::kWindowUpdate:
            return on_window_update(piece);
        case H2Frame::kContinuation:
            return read_block(piece.payload, piece.frame.has(H2Frame::kEndHeaders));
        case H2Frame::kPriorityUpdate:
            return on_priority_update(piece);
        default:
            return;  // RFC 9113 5.5: unknown, ignored
    }
}

// A stream that goes on. NULL: it is over, or never was.
H2Stream* H2Input::live(uint32_t id) const {
    H2Stream* const stream = session_.streams().find(id);
    return stream == nullptr || stream->is_over() ? nullptr : stream;
}

// DATA or HEADERS came for a stream that is not there: an error (RFC 9113 5.1), unless it was us
// who ended it. False: the session ends.
bool H2Input::is_excused(uint32_t id) {
    const H2Streams::Fate fate = session_.streams().fate_of(id);
    if (fate == H2Streams::Fate::kIdle) {
        session_.end(H2Error::kProtocol);
        return false;
    }
    if (fate == H2Streams::Fate::kClosed && !session_.is_leaving()) {
        session_.end(H2Error::kStreamClosed);
        return false;
    }
    return judge(budget_.on_glitch(session_.now_ms()));
}

void H2Input::on_data(const H2Piece& piece) {
    const uint32_t id = piece.frame.stream;
    H2Stream* const stream = live(id);
    if (piece.first && !take_windows(piece, stream)) {
        return;
    }
    if (stream == nullptr) {
        session_.consume(piece.payload.size() + piece.padding);
        return;
    }
    stream->consume(piece.padding);
    if (!piece.payload.empty()) {
        stream->on_body(piece.payload);
    }
    if (piece.last && piece.frame.has(H2Frame::kEndStream) && !stream->is_over()) {
        stream->on_body_end();
    }
}

// False: the session ends.
bool H2Input::take_windows(const H2Piece& piece, H2Stream* stream) {
    const uint32_t id = piece.frame.stream;
    if (stream == nullptr && !is_excused(id)) {
        return false;
    }
    if (stream != nullptr && stream->body_ended()) {
        session_.end(H2Error::kStreamClosed);
        return false;
    }
    const bool fits = session_.take_window(piece.frame.length) &&
                      (stream == nullptr || stream->take_window(piece.frame.length));
    if (!fits) {
        session_.end(H2Error::kFlowControl);
    }
    return fits;
}

void H2Input::on_headers(const H2Piece& piece) {
    std::string_view fragment = piece.payload;
    const uint32_t id = piece.frame.stream;
    if (piece.frame.has(H2Frame::kHasPriority)) {
        if (read_h2_number(fragment) == id) {
            session_.end(H2Error::kProtocol);  // RFC 7540 5.3.1
            return;
        }
        fragment.remove_prefix(kPriorityFields);
    }
    block_ = {};
    block_.ends_stream = piece.frame.has(H2Frame::kEndStream);
    block_.since_ms = session_.now_ms();
    if (id % 2 == 1 && id > session_.streams().last()) {
        begin_request(id);
    } else {
        begin_trailers(id);
    }
    if (session_.is_open()) {
        block_.stream = id;
        read_block(fragment, piece.frame.has(H2Frame::kEndHeaders));
    }
}

void H2Input::begin_request(uint32_t id) {
    H2Stream* const stream = session_.open_stream(id);
    if (stream == nullptr) {
        drop_block();
        return;
    }
    block_.wanted = true;
    block_.arena = stream->arena();
    head_.begin(*session_.service().api().host, block_.arena, session_.sites().first().limits.head);
}

void H2Input::begin_trailers(uint32_t id) {
    H2Stream* const stream = live(id);
    drop_block();
    if (stream == nullptr) {
        is_excused(id);
        return;
    }
    if (stream->body_ended()) {
        session_.end(H2Error::kStreamClosed);
        return;
    }
    block_.wanted = block_.trailers = true;
    block_.arena = stream->arena();
    head_.begin_trailers(
        *session_.service().api().host, block_.arena, session_.sites().first().limits.head);
}

// It is decoded all the same, because the next block needs it.
void H2Input::drop_block() {
    block_.wanted = false;
    head_.begin_trailers(
        *session_.service().api().host, nullptr, session_.sites().first().limits.head);
}

void H2Input::read_block(std::string_view fragment, bool last) {
    H2Stream* const stream = block_.wanted ? live(block_.stream) : nullptr;
    if (block_.wanted && (stream == nullptr || stream->arena() != block_.arena)) {
        block_.trailers ? head_.forget_arena() : drop_block();  // its exchange has ended meanwhile
        block_.arena = nullptr;
    }
    // Decoding goes on behind a refused field; but not for ever.
    const uint64_t size_max = uint64_t{2} * session_.sites().first().limits.head.head;
    while (const std::optional<H2Decoder::Field> field = decoder_.next(fragment)) {
        head_.add(field->name, field->value);
        if (head_.size() > size_max) {
            session_.end(H2Error::kEnhanceYourCalm, "h2_header_list");
            return;
        }
    }
    if (last) {
        decoder_.end_block();
    }
    if (decoder_.is_wrong()) {
        session_.end(H2Error::kCompression);
        return;
    }
    if (last) {
        finish_block();
    }
}

void H2Input::finish_block() {
    const H2Head::Verdict verdict = head_.finish(block_.ends_stream);
    H2Stream* const stream = block_.wanted ? live(block_.stream) : nullptr;
    const bool trailers = block_.trailers;
    block_.stream = 0;
    if (stream == nullptr) {
        return;
    }
    if (trailers && verdict != H2Head::Verdict::kGood) {
        session_.service().count_refusal(400);
        session_.refuse(*stream, H2Error::kProtocol);
    } else if (trailers) {
        stream->on_trailers(head_.trailers());
    } else if (verdict == H2Head::Verdict::kMalformed) {
        stream->on_malformed_request(head_.pseudo().path);
    } else {
        stream->on_request(head_, verdict);
    }
    session_.remove_if_over(*stream);
}

// RFC 9113 5.3.2: it means nothing any more.
void H2Input::on_priority(const H2Piece& piece) {
    H2Stream* const stream = live(piece.frame.stream);
    if (piece.frame.length != kPriorityFields && stream != nullptr) {
        session_.refuse(*stream, H2Error::kFrameSize);
    }
}

void H2Input::on_rst_stream(const H2Frame& frame) {
    if (H2Stream* const stream = session_.streams().find(frame.stream)) {
        session_.remove(*stream);
    } else if (session_.streams().fate_of(frame.stream) == H2Streams::Fate::kIdle) {
        session_.end(H2Error::kProtocol);
    }
}

void H2Input::on_settings(const H2Piece& piece) {
    if (piece.frame.has(H2Frame::kAck)) {
        session_.on_settings_confirmed();
        return;
    }
    for (std::string_view rest = piece.payload; !rest.empty();
         rest.remove_prefix(H2Frame::kSettingSize)) {
        const auto id = static_cast<uint16_t>(static_cast<uint8_t>(rest[0]) << 8 |
                                              static_cast<uint8_t>(rest[1]));
        session_.on_setting(id, read_h2_value(rest.substr(2)));
    }
    session_.confirm(H2SmallFrame(H2Frame::kSettings, 0, H2Frame::kAck));
}

void H2Input::on_ping(const H2Piece& piece) {
    if (!piece.frame.has(H2Frame::kAck)) {
        session_.confirm(H2SmallFrame(H2Frame::kPing, 0, H2Frame::kAck).add(piece.payload));
    }
}

void H2Input::on_window_update(const H2Piece& piece) {
    const uint32_t id = piece.frame.stream, increment = read_h2_number(piece.payload);
    if (id == 0) {
        session_.open_window(increment);
        return;
    }
    if (H2Stream* const stream = live(id)) {
        session_.open_window(*stream, increment);
    } else if (session_.streams().fate_of(id) == H2Streams::Fate::kIdle) {
        session_.end(H2Error::kProtocol);
    }
}

// RFC 9218 7.1. What it says of a stream that is not open yet is in that stream's field, too.
void H2Input::on_priority_update(const H2Piece& piece) {
    const uint32_t id = read_h2_number(piece.payload);
    if (id == 0) {
        session_.end(H2Error::kProtocol);
    } else if (H2Stream* const stream = live(id)) {
        stream->set_priority(parse_priority(piece.payload.substr(4)));
    }
}

}  // namespace berth::http
