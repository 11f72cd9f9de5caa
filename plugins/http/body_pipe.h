#pragma once

#include "filter_chain.h"
#include "segment_list.h"

#include "berth/http.h"

#include <cstdint>

namespace berth::http {

// The filters that want the body of one answer, in a row: each gets what the one before it let out,
// and what it leaves is presented to it again. As long as one of them has more to give, those
// before it wait, so that the row holds no more than what came in.
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
    bool can_go_on() const { return n_ != 0 && stages_[first_to_run()].state == State::kAgain; }
    // Waits for the filter_resume() of a filter; which has come.
    bool is_pending() const;
    void end_pending();

    // Takes segments in, whose references pass to the pipe, and lets out what comes: valid until
    // the next call. call(filter, in, out, last) runs the function of a filter.
    template <class Call>
    berth_status run(const ListMemory& memory, Segments in, bool last, Segments& out, Call call);
    // Gives back the references of what is still inside.
    void drop();

private:
    enum class State : uint8_t { kReady, kAgain, kPending, kDone };

    struct Stage {
        FilterUse filter;
        berth_segs in, out;
        berth_segs room;  // all of what `in` is in: the filter moves in.segs up
        State state;
        bool last;  // nothing follows what is in `in`
    };

    uint16_t first_to_run() const;
    berth_status take_in(const ListMemory& memory, Segments in, bool last);
    static void move_to_front(Stage& stage);
    static berth_status push(const ListMemory& memory, Stage& stage, Segments more);
    static berth_status note_run(Stage& stage, berth_status status);
    static bool has_work(const Stage& stage);

    Stage* stages_ = nullptr;
    uint16_t n_ = 0;
};

template <class Call>
berth_status BodyPipe::run(
    const ListMemory& memory, Segments in, bool last, Segments& out, Call call) {
    out = {};
    berth_status status = take_in(memory, in, last);
    for (uint16_t i = first_to_run(); i < n_ && status >= 0; ++i) {
        Stage& stage = stages_[i];
        stage.out.n = 0;
        if (has_work(stage)) {
            status = note_run(stage, call(stage.filter, stage.in, stage.out, stage.last));
        }
        const Segments passed{stage.out.segs, stage.out.n};
        if (i + 1 == n_) {
            out = passed;
        } else if (status >= 0) {
            stages_[i + 1].last = stage.state == State::kDone;
            status = push(memory, stages_[i + 1], passed);
        } else {
            drop_segments(passed);
        }
    }
    return status;
}

}  // namespace berth::http
