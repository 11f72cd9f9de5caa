#include "h1_session.h"

#include "h1_tunnel.h"
#include "service.h"
#include "trailers.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <limits>

namespace berth::http {
namespace {

constexpr uint64_t kDrainGraceMs = 5'000;   // an idle connection may send one more request
constexpr uint64_t kBodyWindowMs = 10'000;  // over which the rate of a body is averaged
constexpr size_t kLoggedLineMax = 1024;     // of what is no request

std::string_view first_line(std::string_view input) {
    while (!input.empty() && (input.front() == '\r' || input.front() == '\n')) {
        input.remove_prefix(1);
    }
    return input.substr(0, std::min(input.find_first_of("\r\n"), kLoggedLineMax));
}

// Input in one piece; several are joined in `joined`.
std::string_view in_one_piece(const berth_rbuf* buffers, uint32_t n, std::vector<uint8_t>& joined) {
    if (n == 1) {
        return {reinterpret_cast<const char*>(buffers->p), buffers->n};
    }
    joined.clear();
    for (uint32_t i = 0; i < n; ++i) {
        joined.insert(joined.end(), buffers[i].p, buffers[i].p + buffers[i].n);
    }
    return {reinterpret_cast<const char*>(joined.data()), joined.size()};
}

void consume(berth_rbuf* buffers, uint32_t n, size_t bytes) {
    for (uint32_t i = 0; i < n; ++i) {
        const size_t part = std::min(bytes, buffers[i].n);
        buffers[i].p += part;
        buffers[i].n -= part;
        bytes -= part;
    }
}

}  // namespace

const berth_stream_cb H1Session::kCallbacks = {
    BERTH_HDR(berth_stream_cb),
    [](void* u, berth_rbuf* buffers, uint32_t n) {
        return static_cast<H1Session*>(u)->on_data(buffers, n);
    },
    [](void* u) { static_cast<H1Session*>(u)->on_writable(); },
    nullptr,
    [](void* u, uint64_t deadline_ms) { static_cast<H1Session*>(u)->on_drain(deadline_ms); },
    [](void* u) { static_cast<H1Session*>(u)->on_timeout(); },
    [](void* u, berth_status why) {
        const std::unique_ptr<H1Session> session(static_cast<H1Session*>(u));
        session->on_close(why);
    },
};

H1Session::H1Session(Service& service,
                     berth_stream& stream,
                     const HostTable& sites,
                     const Site* handshake)
    : service_(service), stream_(stream), sites_(sites), handshake_site_(handshake) {
    service_.connection_opened();
}

H1Session::~H1Session() {
    service_.wakeups().forget(*this);
    service_.connection_closed();
}

void H1Session::begin() {
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, limits().idle_ms);
}

// Before its host is known, a request is held to the limits of the listener's first site.
const SiteLimits& H1Session::limits() const {
    return exchange_ ? exchange_->site().limits : sites_.first().limits;
}

void H1Session::enter(State state) {
    state_ = state;
}

berth_status H1Session::on_data(berth_rbuf* buffers, uint32_t n) {
    is_.busy = true;
    std::string_view input = in_one_piece(buffers, n, service_.scratch().input);
    const size_t size = input.size();
    if (size == 0) {
        on_end_of_input();
    } else {
        process(input);
        consume(buffers, n, size - input.size());
        const bool between = state_ == State::kIdle || state_ == State::kHead;
        if (is_.ended && between) {
            close(BERTH_OK, false);
        }
    }
    is_.busy = false;
    return BERTH_OK;
}

void H1Session::process(std::string_view& input) {
    bool more = true;
    while (more && !input.empty()) {
        switch (state_) {
            case State::kIdle:
            case State::kHead:
                more = read_head(input);
                break;
            case State::kBody:
                more = read_body(input);
                break;
            case State::kAnswer:
            case State::kThrottled:
                hold_input();
                more = false;
                break;
            case State::kClosing:
                input = {};
                break;
            case State::kTunnel:
                tunnel_->deliver(input);
                more = false;
                break;
        }
    }
}

// A client that has sent all it wants still gets the answers to what it sent.
void H1Session::on_end_of_input() {
    is_.ended = true;
    if (state_ == State::kIdle || state_ == State::kHead) {
        close(BERTH_OK, false);
    } else if (state_ == State::kBody && !is_.holding) {
        close(BERTH_E_IO, false);  // the rest of the body will never come
    } else if (state_ == State::kThrottled && !is_.holding) {
        close(BERTH_OK, false);
    }
}

// False: more bytes are needed, or none are wanted.
bool H1Session::read_head(std::string_view& input) {
    Head& head = service_.scratch().head;
    const HeadResult result = parse_head(input, limits().head, progress_, head);
    if (result.state == HeadState::kPartial) {
        if (state_ == State::kIdle) {
            enter(State::kHead);
            stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, limits().head_ms);
        }
        return false;
    }
    progress_ = {};
    if (result.state == HeadState::kRefused) {
        refuse(result.status, first_line(input));
        return true;
    }
    if (state_ == State::kHead) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, limits().idle_ms);
    }
    begin_exchange(head, input);
    input.remove_prefix(head.end);
    if (state_ == State::kBody && input.empty()) {
        offer_continue();
    }
    return true;
}

void H1Session::begin_exchange(const Head& head, std::string_view input) {
    exchange_ = service_.take_exchange();
    if (!exchange_) {
        close(BERTH_E_NOMEM, false);
        return;
    }
    is_.keep_alive = head.keep_alive;
    is_.expecting =
        head.expects_continue && head.body != BodyKind::kNone && input.size() == head.end;
    const uint16_t refused = exchange_->begin(*this, sites_, head, input);
    if (refused != 0) {
        refuse_body(refused);
        return;
    }
    begin_body(head);
    const bool too_large =
        head.body == BodyKind::kLength && head.content_length > limits().body_bytes;
    if (too_large) {
        refuse_body(413);
        return;
    }
    exchange_->run(handshake_site_);
    settle();
}

void H1Session::begin_body(const Head& head) {
    if (head.body == BodyKind::kNone) {
        enter(State::kAnswer);
        return;
    }
    enter(State::kBody);
    body_.begin(head.body, head.content_length, limits().body_bytes);
    start_body_window();
}

// What came is no request: nothing after it can be understood either.
void H1Session::refuse(uint32_t status, std::string_view line) {
    exchange_ = service_.take_exchange();
    if (!exchange_) {
        close(BERTH_E_NOMEM, false);
        return;
    }
    exchange_->begin_refused(*this, sites_, line);
    enter(State::kBody);  // whatever follows is not a request
    refuse_body(status);
}

// Answers with an error, unless it is too late for that, and closes.
void H1Session::refuse_body(uint32_t status) {
    service_.count_refusal(status);
    is_.keep_alive = false;
    if (exchange_->state() == Exchange::State::kStreaming) {
        cut(BERTH_E_FAIL);
        return;
    }
    exchange_->error(status);
    settle();
}

bool H1Session::read_body(std::string_view& input) {
    is_.expecting = false;
    if (exchange_ && exchange_->holds_body()) {
        hold_input();
        return false;
    }
    std::string_view data;
    const size_t before = input.size();
    const H1Body::Step step = body_.next(input, data);
    const uint64_t bytes = before - input.size() + data.size() + uint64_t{window_bytes_};
    window_bytes_ =
        static_cast<uint32_t>(std::min<uint64_t>(bytes, std::numeric_limits<uint32_t>::max()));
    switch (step) {
        case H1Body::Step::kMore:
            return false;
        case H1Body::Step::kData:
            return hand_over(data, input);
        case H1Body::Step::kEnd:
            take_trailers();
            exchange_->deliver({}, true);
            end_body();
            return true;
        case H1Body::Step::kRefused:
            refuse_body(400);
            return true;
        case H1Body::Step::kTooLarge:
            refuse_body(413);
            return true;
    }
    return false;
}

void H1Session::take_trailers() {
    if (const auto lines = body_.take_trailers()) {
        exchange_->set_trailers(read_trailers(*service_.api().host, exchange_->arena, *lines));
    }
}

// False: the handler left some, for later.
bool H1Session::hand_over(std::string_view data, std::string_view& input) {
    const bool last = body_.ends_after(data.size());
    const size_t taken = exchange_->deliver(data, last);
    body_.took(taken);
    input.remove_prefix(taken);
    if (last && taken == data.size()) {
        end_body();
        return true;
    }
    settle();
    if (taken < data.size() && exchange_ && exchange_->holds_body()) {
        hold_input();
    }
    return taken == data.size();
}

void H1Session::end_body() {
    if (state_ != State::kBody) {
        return;
    }
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, limits().idle_ms);
    enter(State::kAnswer);
    settle();
}

void H1Session::offer_continue() {
    if (!is_.expecting || !exchange_->wants_body() || exchange_->holds_body() ||
        exchange_->state() != Exchange::State::kHandling) {
        return;
    }
    is_.expecting = false;
    berth_http_resp response{};
    response.h = BERTH_HDR(berth_http_resp);
    response.status = 100;
    write_informational(response);
}

// Moves on when the answer is complete. Never inside a call of the handler.
void H1Session::settle() {
    if (!exchange_ || !exchange_->answered()) {
        return;
    }
    if (!is_.keep_alive) {
        const bool unread = state_ == State::kBody || is_.holding;
        finish_exchange();
        close(BERTH_OK, unread);
        return;
    }
    if (state_ != State::kAnswer) {
        release_input();  // the rest of the body is read and dropped
        return;
    }
    finish_exchange();
    if (is_.ended && !is_.holding) {
        close(BERTH_OK, false);
    } else if (is_.throttled) {
        enter(State::kThrottled);
    } else {
        become_idle();
    }
}

// Between two requests. While draining, a client whose answer began before that was not told to
// leave: it may send one more request.
void H1Session::become_idle() {
    enter(State::kIdle);
    if (is_.draining) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kDrainGraceMs);
    }
    release_input();
}

void H1Session::finish_exchange() {
    exchange_->finish();
    service_.give_back(std::move(exchange_));
}

void H1Session::close(berth_status why, bool linger) {
    if (state_ == State::kClosing) {
        return;
    }
    enter(State::kClosing);
    stream_.ops->close(&stream_, why, linger ? 1 : 0);
}

void H1Session::hold_input() {
    if (!is_.holding) {
        is_.holding = true;
        stream_.ops->read_pause(&stream_, 1);
    }
}

void H1Session::release_input() {
    if (is_.holding) {
        is_.holding = false;
        stream_.ops->read_pause(&stream_, 0);
    }
}

void H1Session::on_writable() {
    is_.busy = true;
    is_.throttled = false;
    if (state_ == State::kThrottled) {
        become_idle();
    } else if (exchange_) {
        exchange_->on_writable();
        settle();
    }
    is_.busy = false;
}

void H1Session::on_drain(uint64_t deadline_ms) {
    is_.draining = true;
    if (state_ != State::kIdle) {
        return;
    }
    const uint64_t now = service_.api().loop->now_ms();
    const uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, std::min(left, kDrainGraceMs));
}

void H1Session::on_timeout() {
    is_.busy = true;
    switch (state_) {
        case State::kHead:
            service_.count_limit("head_timeout");
            refuse(408, {});
            break;
        case State::kBody:
            check_body_rate();
            break;
        case State::kAnswer:
        case State::kThrottled:
            begin();
            break;  // the client is not the one who is slow
        default:
            if (!is_.draining) {
                service_.count_limit("idle_timeout");
            }
            close(BERTH_OK, false);
            break;
    }
    is_.busy = false;
}

void H1Session::start_body_window() {
    window_bytes_ = 0;
    const bool rated = limits().body_rate != 0;
    stream_.ops->timeout(&stream_,
                         rated ? BERTH_TIMEOUT_DEADLINE : BERTH_TIMEOUT_IDLE,
                         rated ? kBodyWindowMs : limits().body_ms);
}

// A body may take for ever but must not trickle, unless it is we who do not read it.
void H1Session::check_body_rate() {
    const uint64_t wanted = limits().body_rate * kBodyWindowMs / 1000;
    const bool enough = wanted != 0 && window_bytes_ >= wanted;
    if (enough || is_.holding) {
        start_body_window();
        return;
    }
    if (exchange_->answered()) {
        is_.keep_alive = false;
        settle();
        return;
    }
    service_.count_limit("body_rate");
    refuse_body(408);
}

void H1Session::on_close(berth_status why) {
    is_.busy = true;
    enter(State::kClosing);
    if (exchange_) {
        exchange_->abort(why < 0 ? why : BERTH_E_GONE);
        finish_exchange();
    }
}

}  // namespace berth::http
