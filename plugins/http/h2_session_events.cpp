// The half of H2Session that nghttp2 and the streams call.
#include "h2_output.h"
#include "h2_session.h"
#include "h2_stream.h"
#include "priority.h"
#include "service.h"

#include <utility>

namespace berth::http {
namespace {

constexpr size_t kResetsKept = 128;

}  // namespace

int H2Session::on_begin_headers(const nghttp2_frame& frame) {
    const int32_t id = frame.hd.stream_id;
    const HeadLimits& limits = sites_.first().limits.head;
    if (frame.headers.cat != NGHTTP2_HCAT_REQUEST) {
        reading_ = find(id);
        head_.begin_trailers(
            *service_.api().host, reading_ != nullptr ? reading_->arena() : nullptr, limits);
        return 0;
    }
    auto stream = std::make_unique<H2Stream>(*this, id);
    if (!stream->begin()) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    reading_ = stream.get();
    reading_->place = streams_.size();
    head_.begin(*service_.api().host, reading_->arena(), limits);
    streams_.push_back(std::move(stream));
    return nghttp2_session_set_stream_user_data(engine_.get(), id, reading_);
}

int H2Session::on_header(std::string_view name, std::string_view value) {
    if (reading_ == nullptr) {
        return 0;
    }
    head_.add(name, value);
    // Decoding goes on behind a refused field, because the next block needs it; but not for ever.
    if (head_.size() > uint64_t{2} * sites_.first().limits.head.head) {
        end(NGHTTP2_ENHANCE_YOUR_CALM, "h2_header_list");
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
}

int H2Session::on_frame(const nghttp2_frame& frame) {
    const bool ends = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame.hd.type == NGHTTP2_HEADERS) {
        on_header_block(frame, ends);
    } else if (frame.hd.type == NGHTTP2_DATA && ends) {
        if (H2Stream* stream = find(frame.hd.stream_id)) {
            stream->on_body_end();
        }
    }
    return 0;
}

void H2Session::on_header_block(const nghttp2_frame& frame, bool ends) {
    H2Stream* const stream = std::exchange(reading_, nullptr);
    if (stream == nullptr) {
        return;
    }
    const H2Head::Verdict verdict = head_.finish(ends);
    const bool trailers = frame.headers.cat != NGHTTP2_HCAT_REQUEST;
    if (verdict == H2Head::Verdict::kMalformed || (trailers && verdict != H2Head::Verdict::kGood)) {
        service_.count_refusal(400);
        refuse(stream->id(), NGHTTP2_PROTOCOL_ERROR);
    } else if (trailers) {
        stream->on_trailers(head_.trailers());
    } else {
        stream->on_request(head_, verdict);
    }
}

// nghttp2 resets the stream, or ends the connection.
int H2Session::on_invalid_frame(const nghttp2_frame& frame, int error) {
    note_reset(frame.hd.stream_id);
    if (frame.hd.type == NGHTTP2_WINDOW_UPDATE && error == NGHTTP2_ERR_FLOW_CONTROL) {
        end(NGHTTP2_FLOW_CONTROL_ERROR, "h2_window");
    } else {
        judge(budget_.on_stream_error(now_ms_));
    }
    return 0;
}

int H2Session::on_body(int32_t id, std::string_view bytes) {
    if (H2Stream* stream = find(id)) {
        stream->on_body(bytes);
    }
    return 0;
}

int H2Session::on_frame_sent(const nghttp2_frame& frame) {
    const bool is_message = frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS;
    if (is_message && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        if (H2Stream* stream = find(frame.hd.stream_id)) {
            stream->on_answer_sent();
        }
    }
    if (frame.hd.type == NGHTTP2_RST_STREAM &&
        frame.rst_stream.error_code == NGHTTP2_FLOW_CONTROL_ERROR) {
        // SETTINGS opened its window too far, which concerns them all (RFC 9113 6.9.2).
        end(NGHTTP2_FLOW_CONTROL_ERROR, "h2_window");
    }
    return 0;
}

int H2Session::on_stream_closed(int32_t id, uint32_t) {
    H2Stream* const stream = find(id);
    if (stream == nullptr) {
        return 0;
    }
    if (reading_ == stream) {
        reading_ = nullptr;
    }
    stream->on_closed(BERTH_E_GONE);
    std::unique_ptr<H2Stream>& slot = streams_[stream->place];
    if (slot != streams_.back()) {
        streams_.back()->place = stream->place;
        slot.swap(streams_.back());
    }
    streams_.pop_back();
    return 0;
}

int H2Session::send_data(H2Stream& stream, std::string_view head, size_t size) {
    output_->add(head);
    stream.send(*output_, size);
    return output_->status() == BERTH_OK ? 0 : NGHTTP2_ERR_PAUSE;
}

H2Stream* H2Session::find(int32_t stream) const {
    return static_cast<H2Stream*>(nghttp2_session_get_stream_user_data(engine_.get(), stream));
}

void H2Session::note_reset(int32_t stream) {
    if (resets_.size() < kResetsKept) {
        resets_.push_back(stream);
    } else {
        resets_[resets_next_++ % kResetsKept] = stream;
    }
}

void H2Session::reset(int32_t stream, uint32_t error) {
    note_reset(stream);
    nghttp2_submit_rst_stream(engine_.get(), NGHTTP2_FLAG_NONE, stream, error);
}

void H2Session::refuse(int32_t stream, uint32_t error) {
    reset(stream, error);
    judge(budget_.on_stream_error(now_ms_));
}

void H2Session::prioritise(int32_t stream, std::string_view field) {
    if (!field.empty()) {
        const Priority priority = parse_priority(field);
        const nghttp2_extpri given{priority.urgency, priority.incremental ? 1 : 0};
        nghttp2_session_change_extpri_stream_priority(engine_.get(), stream, &given, 0);
    }
}

}  // namespace berth::http
