#pragma once

#include "filter_chain.h"
#include "segment_list.h"

#include "berth/http.h"

#include <cstdint>

namespace berth::http {

// The filters that want the body of one answer, in a row: each gets what the one before it let out,
// and what it leaves is presented to it again. As long as one of them has more to give, those
// before it wait, so that the row holds no more than what came in.
//
// A reference has one owner at any moment: a stage while the segment waits in front of its filter,
// the filter while it is called, and whoever called run() when it has come out.
class BodyPipe {
public:
    // Forgets everything; the arena was reset.
    void reset();
    // One more filter behind those that are there; at most filters_max.
    berth_status add(const ListMemory& memory, const FilterUse& filter, uint16_t filters_max);

    bool empty() const { return n_ == 0; }
    // Everything has come out, the end included.
    bool done() const { return n_ != 0 && stages_[n_ - 1].state == State::kDone; }
    // run() would give more without more input.
    bool can_go_on() const;
    // Waits for the filter_resume() of a filter; which has come.
    bool is_pending() const;
    void end_pending();

    // Takes segments in, whose references pass to the pipe, also on error, and lets out what comes,
    // with its references: valid until the next call. call(filter, in, out, last) runs the function
    // of a filter; once that failed, nothing passes any more.
    template <class Call>
    berth_status run(const ListMemory& memory, Segments in, bool last, Segments& out, Call call);
    // Gives back the references of what is still inside.
    void drop();

private:
    //   kWaiting ─input or end→ kRunnable ─its turn→ kWaiting, kRunnable, kPending or kDone
    //   kPending ─filter_resume()→ kRunnable
    enum class State : uint8_t { kWaiting, kRunnable, kPending, kDone };

    struct Stage {
        FilterUse filter;
        berth_segs waiting;  // for its filter, each with a reference
        berth_segs out;      // what its filter lets out; empty but for its turn
        State state;
        bool last;  // nothing follows what is waiting
    };

    uint16_t first_to_run() const;
    berth_status put(const ListMemory& memory, Stage& stage, Segments more, bool last);
    static berth_status end_turn(const ListMemory& memory,
                                 Stage& stage,
                                 const berth_segs& left,
                                 berth_status status);
    berth_status pass_on(const ListMemory& memory, uint16_t i, Segments& out);
    berth_status keep_waiting() const;

    Stage* stages_ = nullptr;
    uint16_t n_ = 0;
    berth_status failure_ = BERTH_OK;
};

template <class Call>
berth_status BodyPipe::run(
    const ListMemory& memory, Segments in, bool last, Segments& out, Call call) {
    out = {};
    berth_status status = put(memory, stages_[0], in, last);
    for (uint16_t i = first_to_run(); i < n_ && status >= 0; ++i) {
        Stage& stage = stages_[i];
        if (stage.state != State::kRunnable) {
            break;
        }
        berth_segs given{stage.waiting.segs, stage.waiting.n, stage.waiting.n};
        stage.waiting.n = 0;
        status = call(stage.filter, given, stage.out, stage.last);
        status = end_turn(memory, stage, given, status);
        status = status < 0 ? status : pass_on(memory, i, out);
    }
    failure_ = status < 0 ? status : keep_waiting();
    return failure_;
}

}  // namespace berth::http
