// The answering half of H2Stream: from what its exchange calls to frames.
#include "answer_fields.h"
#include "h2/h2_block.h"
#include "h2/h2_output.h"
#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "h2/h2_tunnel.h"
#include "service.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::http {
namespace {

constexpr uint64_t kConnectionWaitingMax = 1024 * 1024;  // then all streams shall stop
constexpr uint64_t kStreamWaitingMax = 8 * 1024 * 1024;  // and nothing more is accepted

bool has_length(const berth_http_resp& response) {
    const bool bodyless = response.status == 204 || response.status == 304;
    return !bodyless && response.content_length != BERTH_LENGTH_UNKNOWN;
}

}  // namespace

berth_status H2Stream::write_head(const AnswerHead& head, Segments body) {
    if (is_cut()) {
        drop_segments(body);
        return BERTH_E_GONE;
    }
    const berth_http_resp& response = head.response;
    H2Block block = session_.begin_block();
    block.add_status(response.status);
    block.add_server(session_.service().date().date());
    if (!block.add(response.headers, response.n_headers)) {
        drop_segments(body);
        return BERTH_E_INVAL;
    }
    if (has_length(response)) {
        block.add_length(response.content_length);
    }
    status_ = response.status;
    if (head.complete) {
        complete_answer();
    }
    const bool whole = is_.complete && !is_.awaiting;
    const uint64_t bytes = length_of(body);
    session_.send_block(id_, block, whole && bytes == 0);
    if (whole && bytes == 0) {
        note_end_sent();
    } else if (whole && bytes <= send_window_.left() && session_.sends_at_once(bytes)) {
        send_at_once(body, bytes);
    } else if (!queue(body)) {
        cut(BERTH_E_NOMEM);
        return BERTH_E_NOMEM;
    }
    if ((response.flags & BERTH_RESP_CLOSE) != 0) {
        session_.leave();
    }
    wake();
    return head.complete ? BERTH_OK : pressure();
}

// Past the queue: nobody else waits.
void H2Stream::send_at_once(Segments body, uint64_t bytes) {
    const auto length = static_cast<uint32_t>(bytes);
    session_.send_body(frame_head({length, H2Frame::kData, H2Frame::kEndStream, id_}), body);
    send_window_.take(bytes);
    progress_.bytes += bytes;
    note_end_sent();
}

berth_status H2Stream::write_body(Segments body) {
    if (is_cut() || output_.bytes() > kStreamWaitingMax) {
        drop_segments(body);
        return is_cut() ? BERTH_E_GONE : BERTH_E_LIMIT;
    }
    if (!queue(body)) {
        return BERTH_E_NOMEM;
    }
    wake();
    return pressure();
}

berth_status H2Stream::write_end(HeaderList trailers) {
    if (!trailers.empty()) {
        trailers_ = std::make_unique<std::vector<Trailer>>();
    }
    for (const berth_header& trailer : trailers) {
        if (!is_sendable(trailer)) {
            trailers_.reset();
            return BERTH_E_INVAL;
        }
        trailers_->push_back(
            {std::string(sdk::view(trailer.name)), std::string(sdk::view(trailer.value))});
    }
    complete_answer();
    conclude();
    wake();
    return BERTH_OK;
}

berth_status H2Stream::write_informational(const berth_http_resp& response) {
    if (is_cut()) {
        return BERTH_E_GONE;
    }
    H2Block block = session_.begin_block();
    block.add_status(response.status);
    if (!block.add(response.headers, response.n_headers)) {
        return BERTH_E_INVAL;
    }
    session_.send_block(id_, block, false);
    wake();
    return BERTH_OK;
}

void H2Stream::cut(berth_status why) {
    if (cut_why_ == BERTH_OK) {
        cut_why_ = why;
        session_.reset(*this, why == BERTH_E_TIMEOUT ? H2Error::kCancel : H2Error::kInternal);
        wake();
    }
}

void H2Stream::hold_body(bool on) {
    if (!on) {
        wake();
    }
}

const berth_conn_info& H2Stream::info() {
    return *session_.stream().ops->info(&session_.stream());
}

std::string_view H2Stream::client() {
    return session_.client();
}

void H2Stream::wake() {
    is_.attending = true;
    session_.attend_later();
}

bool H2Stream::queue(Segments segments) {
    const uint64_t before = output_.bytes();
    const bool queued = output_.append(segments);
    session_.waiting_bytes += output_.bytes() - before;
    session_.schedule(*this);
    return queued;
}

berth_status H2Stream::pressure() {
    const bool high =
        output_.bytes() > kHighWatermark || session_.waiting_bytes > kConnectionWaitingMax;
    is_.throttled |= high;
    return high ? BERTH_AGAIN : BERTH_OK;
}

// All of the answer has been given. Where nothing of it waits, the end goes out by itself;
// otherwise with the last frame.
void H2Stream::conclude() {
    session_.schedule(*this);
    if (is_.complete && !is_.awaiting && output_.empty() && !is_.end_sent && !is_cut()) {
        send_end();
    }
}

void H2Stream::send_end() {
    if (trailers_) {
        send_trailers();
    } else {
        session_.send_body(frame_head({0, H2Frame::kData, H2Frame::kEndStream, id_}), {});
    }
    note_end_sent();
}

// They were looked at when they were kept.
void H2Stream::send_trailers() {
    H2Block block = session_.begin_block();
    for (const Trailer& trailer : *trailers_) {
        const berth_header field{sdk::sv(trailer.name), sdk::sv(trailer.value)};
        block.add(&field, 1);
    }
    trailers_.reset();
    session_.send_block(id_, block, true);
}

void H2Stream::note_end_sent() {
    is_.end_sent = true;
    exchange_.finish_sending(session_.service(), BERTH_OK);
    on_answer_sent();
    if (is_over()) {
        session_.note_over();
    }
}

bool H2Stream::can_send() const {
    return !output_.empty() && send_window_.left() != 0 && !is_.awaiting && !is_cut();
}

uint64_t H2Stream::send(H2Output& output, uint64_t bytes_max) {
    const uint64_t bytes =
        std::min({bytes_max, send_window_.left(), output_.bytes(), uint64_t{H2Frame::kLengthMax}});
    const berth_file_ext* const files = session_.service().api().files;
    if (files != nullptr && !output_.check(*files, bytes)) {  // nothing is promised yet
        cut(BERTH_E_IO);
        return 0;
    }
    const bool last = is_.complete && bytes == output_.bytes();
    const uint8_t flags = last && !trailers_ ? H2Frame::kEndStream : 0;
    const H2FrameHead head = frame_head({static_cast<uint32_t>(bytes), H2Frame::kData, flags, id_});
    output.add({head.data(), head.size()});
    for (uint64_t left = bytes; left != 0;) {
        const berth_seg piece = output_.take(left);
        left -= piece.len;
        output.add(piece);
    }
    send_window_.take(bytes);
    session_.waiting_bytes -= bytes;
    progress_.bytes += bytes;
    if (last && trailers_) {
        send_trailers();
    }
    if (last) {
        note_end_sent();
    }
    const bool ends_tunnel = tunnel_ && tunnel_->is_closing() && output_.empty();
    if (ends_tunnel || (is_.throttled && output_.bytes() <= kLowWatermark)) {
        wake();
    }
    return bytes;
}

}  // namespace berth::http
