#include "body_pipe.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>
#include <string>

namespace berth::http {
namespace {

constexpr uint32_t kListRoom = 8;               // that filters get without asking
constexpr uint64_t kCopiedBytesMax = 8u << 20;  // as much as a stream takes

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
    Stage stage{filter, {}, {}, {}, State::kReady, false};
    berth_status status = reserve_segments(memory, stage.in, kListRoom);
    status = status < 0 ? status : reserve_segments(memory, stage.out, kListRoom);
    stage.room = stage.in;
    stages_[n_] = stage;
    n_ = static_cast<uint16_t>(n_ + (status < 0 ? 0 : 1));
    return status;
}

bool BodyPipe::is_pending() const {
    return std::any_of(
        stages_, stages_ + n_, [](const Stage& stage) { return stage.state == State::kPending; });
}

void BodyPipe::end_pending() {
    for (uint16_t i = 0; i < n_; ++i) {
        stages_[i].state = stages_[i].state == State::kPending ? State::kAgain : stages_[i].state;
    }
}

void BodyPipe::drop() {
    for (uint16_t i = 0; i < n_; ++i) {
        drop_segments({stages_[i].in.segs, stages_[i].in.n});
        stages_[i].in.n = 0;
    }
}

// The last filter that has more to give, or waits.
uint16_t BodyPipe::first_to_run() const {
    uint16_t i = n_;
    while (i > 1 && stages_[i - 1].state != State::kAgain &&
           stages_[i - 1].state != State::kPending) {
        --i;
    }
    return static_cast<uint16_t>(i - 1);
}

berth_status BodyPipe::take_in(const ListMemory& memory, Segments in, bool last) {
    Stage& first = stages_[0];
    first.last |= last;
    const berth_status status = push(memory, first, in);
    const bool waits = first_to_run() != 0 && first.state == State::kReady;
    if (status < 0 || !waits || (in.empty() && !last)) {
        return status;
    }
    first.state = State::kAgain;  // its turn comes when those behind it are through
    return make_lasting(first.in);
}

void BodyPipe::move_to_front(Stage& stage) {
    berth_segs& room = stage.room;
    if (stage.in.segs < room.segs || stage.in.segs > room.segs + room.cap) {
        room = stage.in;  // the filter made room in another place
    }
    std::copy_n(stage.in.segs, stage.in.n, room.segs);
    stage.in = {room.segs, stage.in.n, room.cap};
}

berth_status BodyPipe::push(const ListMemory& memory, Stage& stage, Segments more) {
    move_to_front(stage);
    const berth_status status = append_segments(memory, stage.in, more);
    stage.room = stage.in;
    if (status < 0) {
        drop_segments(more);
    }
    return status;
}

bool BodyPipe::has_work(const Stage& stage) {
    const bool waits = stage.state == State::kPending || stage.state == State::kDone;
    return !waits && (stage.in.n != 0 || stage.last || stage.state == State::kAgain);
}

// Takes down what the filter answered; what it left must last until it is asked again.
berth_status BodyPipe::note_run(Stage& stage, berth_status status) {
    if (status < 0) {
        return status;
    }
    if (status == BERTH_PENDING) {
        stage.state = State::kPending;
    } else if (status == BERTH_AGAIN) {
        stage.state = State::kAgain;
    } else {
        stage.state = stage.last ? State::kDone : State::kReady;
    }
    if (stage.state == State::kDone) {
        drop_segments({stage.in.segs, stage.in.n});
        stage.in.n = 0;
    }
    return make_lasting(stage.in);
}

}  // namespace berth::http
