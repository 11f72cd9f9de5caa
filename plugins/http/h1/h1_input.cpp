// The reading half of H1Session: from bytes to requests and their bodies.
#include "h1/h1_session.h"
#include "h1/trailers.h"
#include "service.h"

#include <algorithm>
#include <limits>

namespace berth::http {
namespace {

constexpr size_t kLoggedLineMax = 1024;  // of what is no request

std::string_view first_line(std::string_view input) {
    while (!input.empty() && (input.front() == '\r' || input.front() == '\n')) {
        input.remove_prefix(1);
    }
    return input.substr(0, std::min(input.find_first_of("\r\n"), kLoggedLineMax));
}

}  // namespace

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
    if (!exchange_.take(service_)) {
        close(BERTH_E_NOMEM, false);
        return;
    }
    is_.keep_alive = head.keep_alive;
    is_.expecting =
        head.expects_continue && head.body != BodyKind::kNone && input.size() == head.end;
    const uint16_t refused = exchange_->begin(*this, sites_, head, input);
    begin_body(head);
    const bool too_large =
        head.body == BodyKind::kLength && head.content_length > limits().body_bytes;
    if (refused != 0 || too_large) {
        refuse_body(refused != 0 ? refused : 413);
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
    if (!exchange_.take(service_)) {
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
    exchange_->refuse(status);
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

void H1Session::start_body_window() {
    window_bytes_ = 0;
    const bool rated = limits().body_rate != 0;
    stream_.ops->timeout(&stream_,
                         rated ? BERTH_TIMEOUT_DEADLINE : BERTH_TIMEOUT_IDLE,
                         rated ? SiteLimits::kBodyWindowMs : limits().body_ms);
}

// A body may take for ever but must not trickle, unless it is we who do not read it.
void H1Session::check_body_rate() {
    const uint64_t wanted = limits().body_bytes_in_window();
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

}  // namespace berth::http
