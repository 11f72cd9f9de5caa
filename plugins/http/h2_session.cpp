#include "h2_session.h"

#include "h2_output.h"
#include "h2_stream.h"
#include "service.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace berth::http {
namespace {

constexpr uint64_t kNoticeMs = 1'000;  // between the two GOAWAY of a drain
constexpr uint64_t kWatchMs = 1'000;   // between two looks at the progress of streams
constexpr int kRoundsMax = 4;          // of work in one turn
constexpr uint32_t kStreamsMax = 100;
constexpr uint32_t kOpenedKept = 64;
constexpr uint32_t kStreamWindow = 64 * 1024, kConnectionWindow = 1024 * 1024;

H2Session& session_of(void* user) {
    return *static_cast<H2Session*>(user);
}

}  // namespace

const berth_stream_cb H2Session::kCallbacks = {
    BERTH_HDR(berth_stream_cb),
    [](void* u, berth_rbuf* buffers, uint32_t n) { return session_of(u).on_data(buffers, n); },
    [](void* u) { session_of(u).on_writable(); },
    nullptr,
    [](void* u, uint64_t deadline_ms) { session_of(u).on_drain(deadline_ms); },
    [](void* u) { session_of(u).on_timeout(); },
    [](void* u, berth_status why) {
        const std::unique_ptr<H2Session> session(&session_of(u));
        session->on_close(why);
    },
};

H2Session::H2Session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake)
    : service_(service), stream_(stream), sites_(sites), handshake_site_(handshake) {
    service_.connection_opened();
}

H2Session::~H2Session() {
    service_.wakeups().forget(*this);
    service_.connection_closed();
}

bool H2Session::begin() {
    engine_ = service_.h2_engine().make(*this);
    if (!engine_) {
        return false;
    }
    const uint32_t list_max = sites_.first().limits.head.head;
    const std::array<nghttp2_settings_entry, 5> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreamsMax},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, list_max},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
    }};
    const bool told =
        nghttp2_submit_settings(
            engine_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0 &&
        nghttp2_session_set_local_window_size(
            engine_.get(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow) == 0;
    if (told) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, sites_.first().limits.idle_ms);
        flush();
    }
    return told;
}

void H2Session::begin_call() {
    busy_ = true;
    now_ms_ = service_.api().loop->now_ms();
}

berth_status H2Session::on_data(berth_rbuf* buffers, uint32_t n) {
    begin_call();
    size_t size = 0;
    for (uint32_t i = 0; i < n; ++i) {
        berth_rbuf& buffer = buffers[i];
        size += buffer.n;
        receive({reinterpret_cast<const char*>(buffer.p), buffer.n});
        buffer.p += buffer.n;
        buffer.n = 0;
    }
    if (size == 0) {
        on_end_of_input();
    }
    end_call();
    return BERTH_OK;
}

// Frames that may mean trouble are judged before nghttp2 sees them; what it saw before decides.
void H2Session::receive(std::string_view bytes) {
    size_t at = 0, begin = 0, fed = 0;
    while (state_ < State::kEnding) {
        const std::optional<H2Frame> frame = watch_.next(bytes, at, begin);
        if (!frame) {
            break;
        }
        const std::string_view before = bytes.substr(fed, std::max(begin, fed) - fed);
        if (names_old_stream(*frame)) {
            fed += before.size();
            if (!feed(before) || !belongs_somewhere(*frame)) {
                return;
            }
        }
        const auto verdict = budget_.on_frame(*frame, waiting_bytes != 0, now_ms_);
        if (verdict != H2Budget::Verdict::kAllowed) {
            if (feed(bytes.substr(fed, std::max(begin, fed) - fed))) {
                judge(verdict);
            }
            return;
        }
    }
    if (state_ < State::kEnding) {
        feed(bytes.substr(fed));
    }
}

// False: the session ends.
bool H2Session::feed(std::string_view bytes) {
    if (bytes.empty()) {
        return true;
    }
    const ssize_t used = nghttp2_session_mem_recv(
        engine_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    switch (used) {
        case NGHTTP2_ERR_FLOODED:
            end(NGHTTP2_ENHANCE_YOUR_CALM, "h2_control_frames");
            break;
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
            end(NGHTTP2_PROTOCOL_ERROR);
            break;
        default:
            if (used < 0) {
                end(NGHTTP2_INTERNAL_ERROR);
            }
            break;
    }
    return state_ < State::kEnding;
}

// A frame that continues what a client has begun, if it had the right to.
bool H2Session::names_old_stream(const H2Frame& frame) {
    const bool is_message = frame.type == H2Frame::kData || frame.type == H2Frame::kHeaders;
    const bool is_theirs = frame.stream % 2 == 1;
    if (!is_message || !is_theirs) {
        return false;
    }
    if (frame.type == H2Frame::kHeaders && frame.stream > last_stream_) {
        const uint32_t step = (frame.stream - last_stream_) / 2;
        opened_ = step < kOpenedKept ? opened_ << step | 1 : 1;
        last_stream_ = frame.stream;
        return false;
    }
    return frame.stream <= last_stream_;
}

// DATA and HEADERS for a stream that is over are an error (RFC 9113 5.1), unless it was us who
// ended it: then they were on their way. nghttp2 remembers no closed streams.
bool H2Session::belongs_somewhere(const H2Frame& frame) {
    const auto id = static_cast<int32_t>(frame.stream);
    if (nghttp2_session_find_stream(engine_.get(), id) != nullptr) {
        return true;
    }
    const bool ours = std::find(resets_.begin(), resets_.end(), id) != resets_.end();
    if (ours || state_ != State::kOpen) {
        return judge(budget_.on_glitch(now_ms_));
    }
    end(was_skipped(frame) ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_STREAM_CLOSED);
    return false;
}

// A stream that the client left out when it opened a later one (RFC 9113 5.1.1).
bool H2Session::was_skipped(const H2Frame& frame) const {
    const uint32_t step = (last_stream_ - frame.stream) / 2;
    return step < kOpenedKept && (opened_ >> step & 1) == 0;
}

// False: the session ends.
bool H2Session::judge(H2Budget::Verdict verdict) {
    switch (verdict) {
        case H2Budget::Verdict::kAllowed:
            return true;
        case H2Budget::Verdict::kResets:
            end(NGHTTP2_ENHANCE_YOUR_CALM, "h2_resets");
            return false;
        case H2Budget::Verdict::kGlitches:
            end(NGHTTP2_ENHANCE_YOUR_CALM, "h2_glitches");
            return false;
        case H2Budget::Verdict::kHeaderBlock:
            end(NGHTTP2_ENHANCE_YOUR_CALM, "h2_header_block");
            return false;
        case H2Budget::Verdict::kWindow:
            end(NGHTTP2_PROTOCOL_ERROR, "h2_window");
            return false;
        case H2Budget::Verdict::kPriority:
            end(NGHTTP2_PROTOCOL_ERROR);
            return false;
    }
    return false;
}

void H2Session::on_end_of_input() {
    ended_ = true;
    for (const auto& stream : streams_) {
        if (!stream->body_ended()) {
            reset(stream->id(), NGHTTP2_CANCEL);  // the rest will never come
        }
    }
}

void H2Session::on_writable() {
    throttled_ = false;
    on_wake();
}

void H2Session::on_wake() {
    begin_call();
    end_call();
}

// RFC 9113 6.8: the client learns first that it shall stop, and what it sends meanwhile is served.
void H2Session::on_drain(uint64_t deadline_ms) {
    if (state_ != State::kOpen) {
        return;
    }
    begin_call();
    enter(State::kNoticed);
    nghttp2_submit_shutdown_notice(engine_.get());
    watching_ = true;
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kNoticeMs);
    for (const auto& stream : streams_) {
        stream->on_drain(deadline_ms);
    }
    end_call();
}

void H2Session::leave() {
    if (state_ < State::kLeaving) {
        enter(State::kLeaving);
        const int32_t last = nghttp2_session_get_last_proc_stream_id(engine_.get());
        nghttp2_submit_goaway(engine_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
    }
}

// Idle for too long, or time to look after the streams.
void H2Session::on_timeout() {
    begin_call();
    if (state_ < State::kNoticed && !watching_) {
        service_.count_limit("idle_timeout");
    }
    if (state_ == State::kNoticed || !watching_) {
        leave();
    }
    for (const auto& stream : streams_) {
        stream->check_progress();
    }
    watching_ = false;
    if (streams_.empty()) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, sites_.first().limits.idle_ms);
    }
    end_call();
}

// While streams are open, somebody may be slow; between them, the connection is idle.
void H2Session::keep_watch() {
    const bool watch = !streams_.empty();
    if (watch && !watching_) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kWatchMs);
        watching_ = true;
    }
}

void H2Session::on_close(berth_status why) {
    busy_ = true;
    enter(State::kClosing);
    for (const auto& stream : streams_) {
        stream->on_closed(why < 0 ? why : BERTH_E_GONE);
    }
}

std::string_view H2Session::client() {
    if (!client_) {
        client_ = std::make_unique<std::string>(sdk::view(stream_.ops->info(&stream_)->peer_ip));
    }
    return *client_;
}

void H2Session::attend_later() {
    attend_ = true;
    if (!busy_) {
        service_.wakeups().wake(*this);
    }
}

// A connection error: GOAWAY and close.
void H2Session::end(uint32_t error, const char* limit) {
    if (state_ >= State::kEnding) {
        return;
    }
    enter(State::kEnding);
    if (limit != nullptr) {
        service_.count_limit(limit);
    }
    nghttp2_session_terminate_session(engine_.get(), error);
}

void H2Session::close(berth_status why, bool linger) {
    if (state_ != State::kClosing) {
        enter(State::kClosing);
        stream_.ops->close(&stream_, why, linger ? 1 : 0);
    }
}

// What each call from the stream ends with.
void H2Session::end_call() {
    for (int round = 0; round < kRoundsMax; ++round) {
        attend_streams();
        flush();
        if (!attend_) {
            break;
        }
    }
    if (attend_) {
        service_.wakeups().wake(*this);
    }
    keep_watch();
    close_when_done();
    busy_ = false;
}

void H2Session::attend_streams() {
    if (!attend_) {
        return;
    }
    attend_ = false;
    for (size_t i = 0; i < streams_.size(); ++i) {
        streams_[i]->attend();
    }
}

void H2Session::flush() {
    if (throttled_ || state_ == State::kClosing) {
        return;
    }
    H2Output output(stream_, service_.scratch().h2_output);
    output_ = &output;
    const uint8_t* bytes = nullptr;
    ssize_t size = 1;
    while (size > 0 && output.status() == BERTH_OK) {
        size = nghttp2_session_mem_send(engine_.get(), &bytes);
        if (size > 0) {
            output.add({reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)});
        }
    }
    output.write();
    output_ = nullptr;
    throttled_ = output.status() == BERTH_AGAIN;
    if (size < 0 || output.status() < 0) {
        close(size < 0 ? BERTH_E_NOMEM : output.status(), false);
    }
}

void H2Session::close_when_done() {
    if (state_ == State::kEnding) {
        // A client that reads nothing will not read our GOAWAY either.
        close(throttled_ ? BERTH_E_LIMIT : BERTH_OK, !throttled_);
        return;
    }
    if (nghttp2_session_want_write(engine_.get()) != 0) {
        return;
    }
    const bool leaving = ended_ || state_ == State::kLeaving;
    if ((leaving && streams_.empty()) || nghttp2_session_want_read(engine_.get()) == 0) {
        close(BERTH_OK, !ended_);
    }
}

}  // namespace berth::http
