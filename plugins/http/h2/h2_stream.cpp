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
constexpr size_t kRequestLineRest = 10;  // blanks and version of HTTP/1, for one limit

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
    body_.count(bytes.size());
    progress_.bytes += bytes.size();
    if (!is_active()) {
        drop(bytes.size());
        if (body_.is_beyond_limit() && !is_refused()) {
            session_.reset(*this, H2Error::kNone);  // answered: the rest is not needed
        }
        return;
    }
    if (is_.tunnelled) {
        on_tunnel_data(bytes);
        return;
    }
    if (body_.received() > exchange_->content_length) {  // also true of no unknown length
        consume(bytes.size());
        malformed();
        return;
    }
    if (body_.received() > exchange_->site().limits.body_bytes) {
        consume(bytes.size());
        refuse(kTooLarge);
        return;
    }
    if (!body_.kept().empty() || exchange_->holds_body()) {
        body_.keep(bytes);
        deliver_kept();
        return;
    }
    const size_t taken = exchange_->deliver(bytes, false);
    consume(taken);
    body_.keep(bytes.substr(taken));
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
        exchange_->content_length != body_.received()) {
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
    body_.set_limit(exchange_->site().limits.body_bytes);
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
    if (!body_.kept().empty()) {
        const size_t taken = exchange_->deliver(body_.kept(), false);
        consume(taken);
        body_.take_kept(taken);
        settle();
    }
    if (is_.ended && !is_.end_told && body_.kept().empty() && is_active() &&
        !exchange_->holds_body()) {
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
    const uint32_t increment = body_.give_back(bytes);
    if (increment != 0 && !is_.ended && !is_over()) {
        session_.send_frame(H2SmallFrame(H2Frame::kWindowUpdate, id_).add(increment));
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
    consume(body_.drop_kept());
}

void H2Stream::on_closed(berth_status why) {
    is_.given_up = true;  // whatever is called from here on, nothing more is sent
    const bool in_order = tunnel_ && tunnel_->is_closing() && output_.empty();
    const berth_status reason = in_order ? berth_status{BERTH_OK} : why;
    finish_exchange(cut_why_ < 0 ? cut_why_ : reason);
    exchange_.finish_sending(session_.service(), reason);
}

}  // namespace berth::http
