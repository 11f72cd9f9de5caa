// The answering half of H2Stream: what its exchange and nghttp2 call.
#include "answer_fields.h"
#include "h2_fields.h"
#include "h2_output.h"
#include "h2_session.h"
#include "h2_stream.h"
#include "h2_tunnel.h"
#include "service.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::http {
namespace {

constexpr uint64_t kConnectionWaitingMax = 1024 * 1024;  // then all streams shall stop
constexpr uint64_t kStreamWaitingMax = 8 * 1024 * 1024;  // and nothing more is accepted

ssize_t read_body(nghttp2_session*,
                  int32_t,
                  uint8_t*,
                  size_t bytes_max,
                  uint32_t* flags,
                  nghttp2_data_source* source,
                  void*) {
    return static_cast<H2Stream*>(source->ptr)->produce(bytes_max, flags);
}

bool has_length(const berth_http_resp& response) {
    const bool bodyless = response.status == 204 || response.status == 304;
    return !bodyless && response.content_length != BERTH_LENGTH_UNKNOWN;
}

}  // namespace

berth_status H2Stream::write_head(const AnswerHead& head, Segments body) {
    if (cut_why_ < 0) {
        drop_segments(body);
        return BERTH_E_GONE;
    }
    const berth_http_resp& response = head.response;
    H2Fields fields(session_.service().scratch().h2_fields);
    fields.add_status(response.status);
    fields.add_lasting("server", "Berth");
    fields.add_lasting("date", session_.service().date().date());
    if (!fields.add(response.headers, response.n_headers)) {
        drop_segments(body);
        return BERTH_E_INVAL;
    }
    if (has_length(response)) {
        fields.add_length(response.content_length);
    }
    if (!queue(body)) {
        return BERTH_E_NOMEM;
    }
    status_ = response.status;
    if (head.complete) {
        complete_answer();
    }
    if (!submit_fields(fields, complete_ && !awaiting_ && output_.empty())) {
        return BERTH_E_NOMEM;
    }
    if ((response.flags & BERTH_RESP_CLOSE) != 0) {
        session_.leave();
    }
    wake();
    return head.complete ? BERTH_OK : pressure();
}

// False: memory is exhausted, and the stream is of no use any more.
bool H2Stream::submit_fields(const H2Fields& fields, bool ends) {
    nghttp2_data_provider provider{};
    provider.source.ptr = this;
    provider.read_callback = read_body;
    const int result = nghttp2_submit_response(
        session_.engine(), id_, fields.data(), fields.size(), ends ? nullptr : &provider);
    if (result != 0) {
        cut(BERTH_E_NOMEM);
    }
    return result == 0;
}

berth_status H2Stream::write_body(Segments body) {
    if (cut_why_ < 0 || output_.bytes() > kStreamWaitingMax) {
        drop_segments(body);
        return cut_why_ < 0 ? BERTH_E_GONE : BERTH_E_LIMIT;
    }
    if (!queue(body)) {
        return BERTH_E_NOMEM;
    }
    nghttp2_session_resume_data(session_.engine(), id_);
    wake();
    return pressure();
}

berth_status H2Stream::write_end(HeaderList trailers) {
    if (!trailers.empty()) {
        trailers_ = std::make_unique<std::vector<Trailer>>();
    }
    for (const berth_header& trailer : trailers) {
        if (is_reserved_field(sdk::view(trailer.name)) || !is_sendable(trailer)) {
            trailers_.reset();
            return BERTH_E_INVAL;
        }
        trailers_->push_back(
            {std::string(sdk::view(trailer.name)), std::string(sdk::view(trailer.value))});
    }
    complete_answer();
    nghttp2_session_resume_data(session_.engine(), id_);
    return BERTH_OK;
}

berth_status H2Stream::write_informational(const berth_http_resp& response) {
    H2Fields fields(session_.service().scratch().h2_fields);
    fields.add_status(response.status);
    if (!fields.add(response.headers, response.n_headers)) {
        return BERTH_E_INVAL;
    }
    const int result = nghttp2_submit_headers(
        session_.engine(), NGHTTP2_FLAG_NONE, id_, nullptr, fields.data(), fields.size(), nullptr);
    wake();
    return result < 0 ? BERTH_E_NOMEM : BERTH_OK;
}

void H2Stream::cut(berth_status why) {
    if (cut_why_ == BERTH_OK) {
        cut_why_ = why;
        session_.reset(id_, why == BERTH_E_TIMEOUT ? NGHTTP2_CANCEL : NGHTTP2_INTERNAL_ERROR);
        wake();
    }
}

void H2Stream::hold_body(bool on) {
    if (!on) {
        wake();
    }
}

const berth_conn_info& H2Stream::info() {
    return *session_.connection().ops->info(&session_.connection());
}

std::string_view H2Stream::client() {
    return session_.client();
}

void H2Stream::wake() {
    attend_ = true;
    session_.attend_later();
}

bool H2Stream::queue(Segments segments) {
    const uint64_t before = output_.bytes();
    const bool queued = output_.append(segments);
    session_.waiting_bytes += output_.bytes() - before;
    return queued;
}

berth_status H2Stream::pressure() {
    const bool high =
        output_.bytes() > kHighWatermark || session_.waiting_bytes > kConnectionWaitingMax;
    again_ |= high;
    return high ? BERTH_AGAIN : BERTH_OK;
}

ssize_t H2Stream::produce(size_t bytes_max, uint32_t* flags) {
    const uint64_t waiting = output_.bytes();
    const size_t size = std::min<uint64_t>(bytes_max, waiting);
    if (awaiting_) {
        return NGHTTP2_ERR_DEFERRED;
    }
    if (size == waiting && complete_) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        submit_trailers(flags);
    } else if (size == 0) {
        return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return static_cast<ssize_t>(size);
}

void H2Stream::submit_trailers(uint32_t* flags) {
    if (!trailers_) {
        return;
    }
    H2Fields fields(session_.service().scratch().h2_fields);
    for (const Trailer& trailer : *trailers_) {
        const berth_header field{sdk::sv(trailer.name), sdk::sv(trailer.value)};
        fields.add(&field, 1);
    }
    if (nghttp2_submit_trailer(session_.engine(), id_, fields.data(), fields.size()) == 0) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    }
    trailers_.reset();
}

void H2Stream::send(H2Output& output, size_t bytes) {
    session_.waiting_bytes -= bytes;
    session_.sent_bytes += bytes;
    moved_ += bytes;
    while (bytes != 0) {
        const berth_seg piece = output_.take(bytes);
        bytes -= piece.len;
        output.add(piece);
    }
    const bool ends_tunnel = tunnel_ && tunnel_->is_closing() && output_.empty();
    if (ends_tunnel || (again_ && output_.bytes() <= kLowWatermark)) {
        wake();
    }
}

}  // namespace berth::http
