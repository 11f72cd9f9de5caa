// How long H2Stream waits for its client.
#include "h2/h2_session.h"
#include "h2/h2_stream.h"
#include "service.h"

namespace berth::http {
namespace {

constexpr uint64_t kAnswerFirstMs = 1'000;  // between an answer that refuses and the reset
constexpr uint64_t kSendRate = 500;         // bytes per second, of an answer that waits

}  // namespace

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
    const bool held =
        exchange_ && (is_.tunnelled || !body_.kept().empty() || exchange_->holds_body());
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
    return given.body_rate != 0 ? Pace{SiteLimits::kBodyWindowMs, given.body_bytes_in_window()}
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

}  // namespace berth::http
