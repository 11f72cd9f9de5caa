#include "h2/h2_stream.h"

#include "h2/h2_head.h"
#include "h2/h2_session.h"
#include "known_fields.h"
#include "service.h"

#include <algorithm>
#include <utility>

namespace berth::http {
namespace {

constexpr uint16_t kTooLarge = 413, kTooLong = 414, kExpectationFailed = 417;
constexpr uint16_t kRedirection = 300, kUnknownMethod = 501;
constexpr uint64_t kBodyWindowMs = 10'000;  // over which the rate of a body is averaged
constexpr uint64_t kAnswerFirstMs = 1'000;  // between an answer that refuses and the reset
constexpr uint64_t kSendRate = 500;         // bytes per second, of an answer that waits
constexpr size_t kRequestLineRest = 10;     // blanks and version of HTTP/1, for one limit

// Status to refuse a good block with, or 0.
uint32_t refusal_of(const H2Head& head, H2Head::Verdict verdict, const HeadLimits& limits) {
    if (verdict != H2Head::Verdict::kGood) {
        return verdict == H2Head::Verdict::kTooLarge ? 431 : 503;
    }
    const H2Head::Pseudo& pseudo = head.pseudo();
    if (pseudo.method.size() + pseudo.path.size() + kRequestLineRest > limits.request_line) {
        return kTooLong;
    }
    if (pseudo.method.size() > kMethodMax) {
        return kUnknownMethod;
    }
    return head.bad_expectation() ? kExpectationFailed : 0;
}

}  // namespace

H2Stream::H2Stream(H2Session& session, uint32_t id, uint32_t send_window)
    : session_(session),
      progress_{session.now_ms(), 0, session.sent_bytes},
      send_window_(send_window),
      id_(id) {}

H2Stream::~H2Stream() {
    session_.waiting_bytes -= output_.bytes();
}

bool H2Stream::begin() {
    return exchange_.take(session_.service());
}

void H2Stream::on_request(const H2Head& head, H2Head::Verdict verdict) {
    is_.ended = is_.end_told = !head.has_body();
    is_.begun = true;
    const HostTable& sites = session_.sites();
    if (const uint32_t status = refusal_of(head, verdict, sites.first().limits.head)) {
        begin_refused(head.pseudo().path);
        refuse(status);
        return;
    }
    const uint32_t refused = exchange_->begin(*this, sites, head);
    is_.tunnelled = exchange_->protocol.n != 0;
    is_.end_told &= !is_.tunnelled;
    const bool too_large = exchange_->content_length != BERTH_LENGTH_UNKNOWN &&
                           exchange_->content_length > exchange_->site().limits.body_bytes;
    if (refused != 0 || too_large) {
        refuse(refused != 0 ? refused : kTooLarge);
        return;
    }
    is_.expecting = head.expects_continue() && !is_.ended;
    if (!head.priority().empty()) {
        priority_ = parse_priority(head.priority());
    }
    exchange_->run(session_.handshake_site());
    offer_continue();
    settle();
}

void H2Stream::on_malformed_request(std::string_view path) {
    is_.begun = true;
    begin_refused(path);
    session_.service().count_refusal(400);
    exchange_->note_refused(400);
    session_.refuse(*this, H2Error::kProtocol);
}

void H2Stream::begin_refused(std::string_view path) {
    exchange_->begin_refused(*this, session_.sites(), path);
    exchange_->version = 20;
}

// Answers an error, unless it is too late for that.
void H2Stream::refuse(uint32_t status) {
    session_.service().count_refusal(status);
    exchange_->refuse(status);
    settle();
}

void H2Stream::offer_continue() {
    if (!is_.expecting || !is_active() || !exchange_->wants_body() || exchange_->holds_body() ||
        exchange_->state() != Exchange::State::kHandling) {
        return;
    }
    is_.expecting = false;
    berth_http_resp response{};
    response.h = BERTH_HDR(berth_http_resp);
    response.status = 100;
    write_informational(response);
}

void H2Stream::on_body(std::string_view bytes) {
    is_.expecting = false;
    received_ += bytes.size();
    progress_.bytes += bytes.size();
    if (!is_active()) {
        drop(bytes.size());
        if (received_ > body_max_ && !is_refused()) {
            session_.reset(*this, H2Error::kNone);  // answered: the rest is not needed
        }
        return;
    }
    if (is_.tunnelled) {
        on_tunnel_data(bytes);
        return;
    }
    if (received_ > exchange_->content_length) {  // also true of no unknown length
        consume(bytes.size());
        malformed();
        return;
    }
    if (received_ > exchange_->site().limits.body_bytes) {
        consume(bytes.size());
        refuse(kTooLarge);
        return;
    }
    if (!kept_.empty() || exchange_->holds_body()) {
        kept_.append(bytes);
        deliver_kept();
        return;
    }
    const size_t taken = exchange_->deliver(bytes, false);
    consume(taken);
    kept_.append(bytes.substr(taken));
    settle();
}

void H2Stream::on_body_end() {
    is_.ended = true;
    end_waiting_answer();
    if (is_over()) {
        session_.note_over();
    }
    if (!is_active()) {
        return;
    }
    if (exchange_->content_length != BERTH_LENGTH_UNKNOWN &&
        exchange_->content_length != received_) {
        malformed();
        return;
    }
    deliver_kept();
}

// They end the body.
void H2Stream::on_trailers(HeaderList trailers) {
    if (exchange_) {
        exchange_->set_trailers(trailers);
    }
    on_body_end();
}

// curl 7.88 reads nothing more when it has all of an answer's body, and waits for our window for
// ever: a body that was announced is taken first, unless the answer makes clients stop by
// themselves, or they wait for 100 (Continue) and did not begin.
void H2Stream::complete_answer() {
    is_.complete = true;
    body_max_ = exchange_->site().limits.body_bytes;
    const bool announced = exchange_->content_length != BERTH_LENGTH_UNKNOWN && !is_.expecting;
    is_.awaiting = !is_.ended && status_ < kRedirection && announced;
}

void H2Stream::end_waiting_answer() {
    if (is_.awaiting) {
        is_.awaiting = false;
        conclude();
    }
}

// The rest of the request is not needed (RFC 9113 8.1), unless it has come with this very read.
// curl 7.88 loses an answer that comes together with the reset; one that makes it stop by itself
// comes first.
void H2Stream::on_answer_sent() {
    if (tunnel_ && !tunnel_->is_closing()) {
        return;  // only our half of it has ended
    }
    is_.unneeded = !is_.ended;
    progress_.since_ms = session_.now_ms();
    if (is_.unneeded) {
        wake();
    }
}

void H2Stream::give_up() {
    is_.given_up = true;
    session_.note_over();
}

bool H2Stream::is_refused() const {
    return is_.complete && status_ >= kRedirection;
}

// Bytes of a body that nobody needs: others may use the connection's window, a stream that is
// refused gets no more of its own.
void H2Stream::drop(size_t bytes) {
    if (is_refused()) {
        session_.consume(bytes);
    } else {
        consume(bytes);
    }
}

// Nobody may act on a request whose length is not what it says (RFC 9113 8.1.1).
void H2Stream::malformed() {
    cut_why_ = BERTH_E_IO;
    session_.refuse(*this, H2Error::kProtocol);
    wake();
}

void H2Stream::deliver_kept() {
    if (is_active() && is_.tunnelled) {
        deliver_to_tunnel();
        return;
    }
    if (!is_active() || exchange_->holds_body()) {
        return;
    }
    if (!kept_.empty()) {
        const size_t taken = exchange_->deliver(kept_, false);
        consume(taken);
        kept_.erase(0, taken);
        settle();
    }
    if (is_.ended && !is_.end_told && kept_.empty() && is_active() && !exchange_->holds_body()) {
        is_.end_told = true;
        exchange_->deliver({}, true);
        settle();
    }
}

void H2Stream::consume(size_t bytes) {
    if (bytes == 0) {
        return;
    }
    session_.consume(bytes);
    const uint32_t increment = receive_window_.give_back(static_cast<uint32_t>(bytes));
    if (increment != 0 && !is_.ended && !is_over()) {
        session_.send_frame(H2SmallFrame(H2Frame::kWindowUpdate, id_).add(increment));
    }
}

const SiteLimits& H2Stream::limits() const {
    return is_.begun && exchange_ ? exchange_->site().limits : session_.sites().first().limits;
}

// An answer waits for the client, and not for its turn among the others.
bool H2Stream::is_blocked() const {
    if (output_.empty() || session_.is_throttled()) {
        return false;
    }
    const bool all_stand_still = session_.sent_bytes - progress_.others < wanted_pace(false).bytes;
    return all_stand_still || send_window_.left() == 0;
}

// The client has something to send, and it is not us who do not take it.
bool H2Stream::is_receiving() const {
    const bool held = exchange_ && (is_.tunnelled || !kept_.empty() || exchange_->holds_body());
    return !is_.ended && cut_why_ == BERTH_OK && (!is_.begun || !held);
}

// How much a client that we wait for must move, and in how long.
H2Stream::Pace H2Stream::wanted_pace(bool receiving) const {
    const SiteLimits& given = limits();
    if (!is_.begun) {
        return {given.head_ms, UINT64_MAX};  // the head was to be here by then
    }
    if (!receiving) {
        return {given.send_ms, kSendRate * given.send_ms / 1000};
    }
    return given.body_rate != 0 ? Pace{kBodyWindowMs, given.body_rate * kBodyWindowMs / 1000}
                                : Pace{given.body_ms, 1};
}

// A head, a body and an answer may each take for ever as a whole, but must not stand still or
// trickle because of the client.
void H2Stream::check_progress() {
    const uint64_t passed_ms = session_.now_ms() - progress_.since_ms;
    if (is_.unneeded) {
        if (passed_ms >= kAnswerFirstMs) {
            session_.reset(*this, H2Error::kNone);
        }
        return;
    }
    const bool receiving = is_receiving();
    const bool waits = receiving || is_blocked();
    const Pace wanted = wanted_pace(receiving);
    if (waits && passed_ms < wanted.window_ms) {
        return;
    }
    if (waits && progress_.bytes < wanted.bytes) {
        give_up_on_client(receiving);
    }
    progress_ = {session_.now_ms(), 0, session_.sent_bytes};
}

void H2Stream::give_up_on_client(bool receiving) {
    if (!is_.begun) {
        session_.end(H2Error::kEnhanceYourCalm, "h2_head_time");
    } else if (receiving && exchange_) {
        session_.service().count_limit("body_rate");
        refuse(408);
    } else if (is_.awaiting) {
        end_waiting_answer();
    } else if (receiving) {
        session_.reset(*this, H2Error::kNone);
    } else {
        session_.service().count_limit("h2_send_timeout");
        cut(BERTH_E_TIMEOUT);
    }
}

void H2Stream::attend() {
    if (!is_.attending) {
        return;
    }
    is_.attending = false;
    if (is_.unneeded && !is_.ended && status_ < kRedirection) {
        session_.reset(*this, H2Error::kNone);
    }
    if (cut_why_ < 0) {
        finish_exchange(cut_why_);
    }
    if (is_active()) {
        exchange_->resume();
        settle();
    }
    deliver_kept();
    if (tunnel_) {
        attend_tunnel();
        return;
    }
    if (is_active() && is_.throttled && output_.bytes() <= kLowWatermark) {
        is_.throttled = false;
        exchange_->on_writable();
        settle();
    }
    offer_continue();
}

// The exchange is there and may be called.
bool H2Stream::is_active() const {
    return exchange_ && is_.begun && !is_cut();
}

// Moves on when the answer is complete. Never inside a call of the handler.
void H2Stream::settle() {
    if (!exchange_ || !exchange_->answered()) {
        return;
    }
    if (!is_.complete) {  // the end of an answer without a body
        complete_answer();
        conclude();
    }
    finish_exchange(BERTH_OK);
}

// why < 0: the exchange ends early.
void H2Stream::finish_exchange(berth_status why) {
    if (!exchange_) {
        return;
    }
    if (tunnel_) {
        tunnel_->on_closed(why);
        tunnel_.reset();
    }
    if (!is_.begun) {
        exchange_.discard(session_.service());
    } else {
        if (why < 0) {
            exchange_->abort(why);
        }
        exchange_.finish(session_.service(), why >= 0 && !output_.empty());
    }
    consume(kept_.size());
    std::string().swap(kept_);
}

void H2Stream::on_closed(berth_status why) {
    is_.given_up = true;  // whatever is called from here on, nothing more is sent
    const bool in_order = tunnel_ && tunnel_->is_closing() && output_.empty();
    const berth_status reason = in_order ? berth_status{BERTH_OK} : why;
    finish_exchange(cut_why_ < 0 ? cut_why_ : reason);
    exchange_.finish_sending(session_.service(), reason);
}

}  // namespace berth::http
