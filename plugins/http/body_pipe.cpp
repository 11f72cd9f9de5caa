#include "body_pipe.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>
#include <string>

namespace berth::http {
namespace {

constexpr uint32_t kListRoom = 8;               // that filters get without asking
constexpr uint64_t kCopiedBytesMax = 8u << 20;  // as much as a stream takes

Segments all_of(const berth_segs& list) {
    return {list.segs, list.n};
}

void drop_all(berth_segs& list) {
    drop_segments(all_of(list));
    list.n = 0;
}

// What is valid during a call only is copied, because it stays longer.
berth_status make_lasting(berth_segs& list) {
    uint64_t copied = 0;
    for (uint32_t i = 0; i < list.n; ++i) {
        berth_seg& segment = list.segs[i];
        if (segment.kind != BERTH_SEG_COPY && segment.kind != BERTH_SEG_ARENA) {
            continue;
        }
        copied += segment.len;
        if (copied > kCopiedBytesMax) {
            return BERTH_E_LIMIT;
        }
        const auto* const text = static_cast<const char*>(segment.u.mem);
        segment = sdk::SharedText(std::string(text, segment.len)).segment();
    }
    return BERTH_OK;
}

}  // namespace

void BodyPipe::reset() {
    stages_ = nullptr;
    n_ = 0;
    failure_ = BERTH_OK;
}

berth_status BodyPipe::add(const ListMemory& memory,
                           const FilterUse& filter,
                           uint16_t filters_max) {
    if (stages_ == nullptr) {
        stages_ = static_cast<Stage*>(
            berth_alloc(memory.host, memory.arena, filters_max * sizeof(Stage)));
        if (stages_ == nullptr) {
            return BERTH_E_NOMEM;
        }
    }
    Stage stage{filter, {}, {}, State::kWaiting, false};
    berth_status status = reserve_segments(memory, stage.waiting, kListRoom);
    status = status < 0 ? status : reserve_segments(memory, stage.out, kListRoom);
    stages_[n_] = stage;
    n_ = static_cast<uint16_t>(n_ + (status < 0 ? 0 : 1));
    return status;
}

bool BodyPipe::can_go_on() const {
    const uint16_t i = first_to_run();
    return i < n_ && stages_[i].state == State::kRunnable;
}

bool BodyPipe::is_pending() const {
    return std::any_of(
        stages_, stages_ + n_, [](const Stage& stage) { return stage.state == State::kPending; });
}

void BodyPipe::end_pending() {
    std::for_each(stages_, stages_ + n_, [](Stage& stage) {
        stage.state = stage.state == State::kPending ? State::kRunnable : stage.state;
    });
}

void BodyPipe::drop() {
    std::for_each(stages_, stages_ + n_, [](Stage& stage) { drop_all(stage.waiting); });
}

// The last filter that has something to do, or waits for its filter_resume(); n_: none.
uint16_t BodyPipe::first_to_run() const {
    for (uint16_t i = n_; i-- > 0;) {
        if (stages_[i].state == State::kRunnable || stages_[i].state == State::kPending) {
            return i;
        }
    }
    return n_;
}

// Behind what waits in front of a filter. The references pass, also on error.
berth_status BodyPipe::put(const ListMemory& memory, Stage& stage, Segments more, bool last) {
    const berth_status status =
        failure_ < 0 ? failure_ : append_segments(memory, stage.waiting, more);
    if (status < 0) {
        drop_segments(more);
        return status;
    }
    stage.last |= last;
    if (stage.state == State::kWaiting && (last || !more.empty())) {
        stage.state = State::kRunnable;
    }
    return BERTH_OK;
}

// Takes back what a filter left of its input, and notes what it answered.
berth_status BodyPipe::end_turn(const ListMemory& memory,
                                Stage& stage,
                                const berth_segs& left,
                                berth_status status) {
    const berth_status kept = append_segments(memory, stage.waiting, all_of(left));
    if (kept < 0) {
        drop_segments(all_of(left));
    }
    if (kept < 0 || status < 0) {
        drop_all(stage.out);
        return kept < 0 ? kept : status;
    }
    if (status == BERTH_PENDING) {
        stage.state = State::kPending;
    } else if (status == BERTH_AGAIN) {
        stage.state = State::kRunnable;
    } else if (stage.last) {
        stage.state = State::kDone;
        drop_all(stage.waiting);
    } else {
        stage.state = State::kWaiting;
    }
    return BERTH_OK;
}

// What a filter let out goes to the next one, or out of the pipe.
berth_status BodyPipe::pass_on(const ListMemory& memory, uint16_t i, Segments& out) {
    const Segments passed = all_of(stages_[i].out);
    stages_[i].out.n = 0;
    if (i + 1 == n_) {
        out = passed;
        return BERTH_OK;
    }
    return put(memory, stages_[i + 1], passed, stages_[i].state == State::kDone);
}

// Whose turn has not come, or who left some, gets it in a later call.
berth_status BodyPipe::keep_waiting() const {
    berth_status status = BERTH_OK;
    for (uint16_t i = 0; i < n_ && status >= 0; ++i) {
        status = make_lasting(stages_[i].waiting);
    }
    return status;
}

}  // namespace berth::http
