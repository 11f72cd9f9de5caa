// The answering half of H1Session: what its exchange calls.
#include "h1/h1_session.h"
#include "h1/h1_writer.h"
#include "service.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/stream.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>

namespace berth::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// An array of segments: on the stack while there are few of them, else in the arena.
class SegmentRoom {
public:
    SegmentRoom(const berth_host* host, berth_arena* arena, size_t n) {
        if (n > few_.size()) {
            segments_ = static_cast<berth_seg*>(berth_alloc(host, arena, n * sizeof(berth_seg)));
        }
    }
    berth_seg* get() { return segments_; }

private:
    std::array<berth_seg, 4> few_;
    berth_seg* segments_ = few_.data();
};

}  // namespace

AnswerFraming H1Session::framing_of(const AnswerHead& head) const {
    const uint32_t status = head.response.status;
    if (status == 204 || status == 304) {
        return AnswerFraming::kNone;
    }
    if (head.response.content_length != BERTH_LENGTH_UNKNOWN) {
        return AnswerFraming::kLength;
    }
    return exchange_->version == 10 ? AnswerFraming::kUntilClose : AnswerFraming::kChunked;
}

bool H1Session::decide_keep_alive(const AnswerHead& head) const {
    const bool last_input = is_.ended && !is_.holding;
    const bool told_to_close = (head.response.flags & BERTH_RESP_CLOSE) != 0;
    // A client that was not told to continue may send its body or not: nobody could know.
    return is_.keep_alive && !is_.draining && !is_.expecting && !last_input && !told_to_close;
}

berth_status H1Session::write_head(const AnswerHead& head, Segments body) {
    const berth_http_resp& response = head.response;
    const AnswerFraming how = framing_of(head);
    const bool until_close = how == AnswerFraming::kUntilClose && !head.bodyless;
    const bool keep_alive = decide_keep_alive(head) && !until_close;
    auto& shared = service_.scratch().answer_head;
    const size_t size_max = head_size_max(response);
    const berth_host* const host = service_.api().host;
    char* const text = size_max <= shared.size()
                           ? shared.data()
                           : static_cast<char*>(berth_alloc(host, exchange_->arena, size_max));
    SegmentRoom room(host, exchange_->arena, body.size() + 1);
    if (text == nullptr || room.get() == nullptr) {
        drop_segments(body);
        return BERTH_E_NOMEM;
    }
    const H1Framing framing{how, response.content_length, exchange_->version, keep_alive};
    const size_t size = http::write_head(response, framing, service_.date().head_fields(), text);
    if (size == 0) {
        drop_segments(body);
        return BERTH_E_INVAL;
    }
    is_.keep_alive = keep_alive;
    is_.chunked = how == AnswerFraming::kChunked && !head.bodyless;
    room.get()[0] = sdk::copied({text, size});
    std::copy(body.begin(), body.end(), room.get() + 1);
    return send({room.get(), body.size() + 1});
}

berth_status H1Session::write_body(Segments body) {
    if (!is_.chunked) {
        return send(body);
    }
    SegmentRoom room(service_.api().host, exchange_->arena, body.size() + 2);
    if (room.get() == nullptr) {
        drop_segments(body);
        return BERTH_E_NOMEM;
    }
    std::array<char, sdk::kNumberSize + kLineEnd.size()> line;
    const size_t digits = sdk::format_hex(length_of(body), line.data());
    std::copy(kLineEnd.begin(), kLineEnd.end(), line.data() + digits);
    room.get()[0] = sdk::copied({line.data(), digits + kLineEnd.size()});
    std::copy(body.begin(), body.end(), room.get() + 1);
    room.get()[body.size() + 1] = sdk::permanent(kLineEnd);
    return send({room.get(), body.size() + 2});
}

berth_status H1Session::write_end(HeaderList trailers) {
    if (!is_.chunked) {
        return BERTH_OK;
    }
    auto* const text = static_cast<char*>(
        berth_alloc(service_.api().host, exchange_->arena, trailers_size_max(trailers)));
    const size_t size = text == nullptr ? 0 : write_trailers(trailers, text);
    if (size == 0) {
        return text == nullptr ? BERTH_E_NOMEM : BERTH_E_INVAL;
    }
    const berth_seg segment = sdk::in_arena({text, size});
    return send({&segment, 1});
}

berth_status H1Session::write_informational(const berth_http_resp& response) {
    if (exchange_->version == 10) {
        return BERTH_OK;  // it does not know them
    }
    const size_t room = head_size_max(response);
    auto* const text = static_cast<char*>(berth_alloc(service_.api().host, exchange_->arena, room));
    const size_t size = text == nullptr ? 0 : write_informational_head(response, text);
    if (size == 0) {
        return text == nullptr ? BERTH_E_NOMEM : BERTH_E_INVAL;
    }
    const berth_seg segment = sdk::in_arena({text, size});
    return send({&segment, 1});
}

berth_status H1Session::write_upgrade(const berth_http_resp& response, std::string_view protocol) {
    const berth_host* const host = service_.api().host;
    const size_t room = head_size_max(response) + protocol.size();
    auto* const text = static_cast<char*>(berth_alloc(host, exchange_->arena, room));
    if (text == nullptr) {
        return BERTH_E_NOMEM;
    }
    const size_t size = write_upgrade_head(response, protocol, service_.date().head_fields(), text);
    const berth_seg segment = sdk::in_arena({text, size});
    return size == 0 ? BERTH_E_INVAL : send({&segment, 1});
}

berth_status H1Session::send(Segments segments) {
    const auto n = static_cast<uint32_t>(segments.size());
    const berth_status status = stream_.ops->write(&stream_, segments.data(), n, 0);
    if (status == BERTH_AGAIN) {
        is_.throttled = true;
    }
    return status;
}

void H1Session::cut(berth_status why) {
    close(why, false);
}

void H1Session::hold_body(bool on) {
    if (on) {
        hold_input();
        return;
    }
    release_input();
    offer_continue();
}

const berth_conn_info& H1Session::info() {
    return *stream_.ops->info(&stream_);
}

uint64_t H1Session::unsent() const {
    return stream_.ops->unsent(&stream_);
}

std::string_view H1Session::client() {
    if (!client_) {
        client_ = std::make_unique<std::string>(sdk::view(info().peer_ip));
    }
    return *client_;
}

// A call from the stream looks after answered exchanges itself before it returns.
void H1Session::wake() {
    if (!is_.busy || !exchange_->answered()) {
        service_.wakeups().wake(*this);
    }
}

void H1Session::on_wake() {
    sdk::guarded(stream_, [this] { go_on(); });
}

void H1Session::go_on() {
    is_.busy = true;
    if (exchange_) {
        exchange_->resume();
        offer_continue();
        if (state_ == State::kBody && !exchange_->holds_body()) {
            release_input();
        }
        settle();
    }
    is_.busy = false;
}

}  // namespace berth::http
