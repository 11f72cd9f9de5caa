#include "h2/h2_session.h"

#include "h2/h2_stream.h"
#include "input_pieces.h"
#include "service.h"

#include "berth/cpp/stream.hpp"
#include "berth/cpp/text.hpp"

#include <utility>

namespace berth::http {
namespace {

constexpr uint64_t kNoticeMs = 1'000;  // between the two GOAWAY of a drain
constexpr uint64_t kWatchMs = 1'000;   // between two looks at the progress of streams
constexpr int kRoundsMax = 4;          // of work in one turn
constexpr uint32_t kFirstWindow = 65'535;
constexpr uint32_t kConnectionWindow = 1024 * 1024;

}  // namespace

H2Session::H2Session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake)
    : service_(service),
      stream_(stream),
      sites_(sites),
      handshake_site_(handshake),
      input_(*this),
      output_(stream, service.scratch().h2_output),
      send_window_(kFirstWindow),
      receive_window_(kConnectionWindow) {
    service_.connection_opened();
}

H2Session::~H2Session() {
    service_.wakeups().forget(*this);
    service_.connection_closed();
}

bool H2Session::begin() {
    if (!input_.begin()) {
        return false;
    }
    begin_call();
    send_settings();
    send_frame(H2SmallFrame(H2Frame::kWindowUpdate, 0).add(kConnectionWindow - kFirstWindow));
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, sites_.first().limits.idle_ms);
    end_call();
    return true;
}

void H2Session::begin_call() {
    is_.busy = true;
    now_ms_ = service_.api().loop->now_ms();
    output_.begin();
}

berth_status H2Session::on_data(berth_rbuf* buffers, uint32_t n) {
    begin_call();
    std::string_view input = in_one_piece(buffers, n, service_.scratch().input);
    const size_t size = input.size();
    if (size == 0) {
        on_end_of_input();
    } else {
        input_.receive(input);
        consume_input(buffers, n, is_open() ? size - input.size() : size);
    }
    end_call();
    return BERTH_OK;
}

void H2Session::on_end_of_input() {
    is_.ended = true;
    for (size_t i = 0; i < streams_.size(); ++i) {
        if (!streams_[i].body_ended()) {
            reset(streams_[i], H2Error::kCancel);  // the rest will never come
        }
    }
}

void H2Session::on_writable() {
    output_.on_writable();
    client_is_.confirmations = 0;
    go_on();
}

void H2Session::on_wake() {
    sdk::guarded(stream_, [this] { go_on(); });
}

void H2Session::go_on() {
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
    send_goaway(H2Frame::kStreamMax, H2Error::kNone);
    is_.watching = true;
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kNoticeMs);
    for (size_t i = 0; i < streams_.size(); ++i) {
        streams_[i].on_drain(deadline_ms);
    }
    end_call();
}

void H2Session::leave() {
    if (state_ < State::kLeaving) {
        enter(State::kLeaving);
        last_answered_ = streams_.last();
        send_goaway(last_answered_, H2Error::kNone);
    }
}

// Idle for too long, or time to look after the streams.
void H2Session::on_timeout() {
    begin_call();
    if (state_ < State::kNoticed && !is_.watching) {
        service_.count_limit("idle_timeout");
    }
    if (state_ == State::kNoticed || !is_.watching) {
        leave();
    }
    check_input();
    for (size_t i = 0; i < streams_.size(); ++i) {
        streams_[i].check_progress();
    }
    is_.watching = false;
    if (streams_.empty()) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, sites_.first().limits.idle_ms);
    }
    end_call();
}

// A header block or a frame may not take for ever.
void H2Session::check_input() {
    if (input_.is_incomplete() &&
        now_ms_ - input_.incomplete_since_ms() >= sites_.first().limits.head_ms) {
        end(H2Error::kEnhanceYourCalm, "h2_head_time");
    }
}

// While streams are open, somebody may be slow; between them, the connection is idle.
void H2Session::keep_watch() {
    const bool watch = !streams_.empty() || input_.is_incomplete();
    if (watch && !is_.watching) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kWatchMs);
        is_.watching = true;
    }
}

void H2Session::on_close(berth_status why) {
    is_.busy = true;
    enter(State::kClosing);
    for (size_t i = 0; i < streams_.size(); ++i) {
        streams_[i].on_closed(why < 0 ? why : BERTH_E_GONE);
    }
}

std::string_view H2Session::client() {
    if (!client_) {
        client_ = std::make_unique<std::string>(sdk::view(stream_.ops->info(&stream_)->peer_ip));
    }
    return *client_;
}

void H2Session::attend_later() {
    is_.attending = true;
    if (!is_.busy) {
        service_.wakeups().wake(*this);
    }
}

// A connection error: GOAWAY and close.
void H2Session::end(H2Error error, const char* limit) {
    if (!is_open()) {
        return;
    }
    if (limit != nullptr) {
        service_.count_limit(limit);
    }
    send_goaway(state_ == State::kLeaving ? last_answered_ : streams_.last(), error);
    enter(State::kEnding);
}

void H2Session::close(berth_status why, bool linger) {
    if (state_ != State::kClosing) {
        enter(State::kClosing);
        stream_.ops->close(&stream_, why, linger ? 1 : 0);
    }
}

// What each call from the stream ends with.
void H2Session::end_call() {
    for (int round = 0; is_open() && (round == 0 || is_.attending) && round < kRoundsMax; ++round) {
        attend_streams();
        send();
    }
    sweep();
    output_.end();
    if ((is_.attending && is_open()) || output_.waits_for_room()) {
        service_.wakeups().wake(*this);
    }
    keep_watch();
    pause_input();
    close_when_done();
    is_.busy = false;
}

void H2Session::attend_streams() {
    if (!is_.attending) {
        return;
    }
    is_.attending = false;
    for (size_t i = 0; i < streams_.size(); ++i) {
        streams_[i].attend();
    }
}

// A client that reads no answers asks no more questions either.
void H2Session::pause_input() {
    const bool pause = is_open() && !takes_input();
    if (pause != is_.paused) {
        is_.paused = pause;
        stream_.ops->read_pause(&stream_, pause ? 1 : 0);
    }
}

void H2Session::close_when_done() {
    if (output_.has_failed()) {
        close(output_.status(), false);
        return;
    }
    if (state_ == State::kEnding) {
        // A client that reads nothing will not read our GOAWAY either.
        close(is_throttled() ? BERTH_E_LIMIT : BERTH_OK, !is_throttled());
        return;
    }
    const bool leaving = is_.ended || client_is_.leaving || state_ == State::kLeaving;
    if (leaving && streams_.empty() && output_.kept_bytes() == 0) {
        close(BERTH_OK, !is_.ended);
    }
}

}  // namespace berth::http
