#include "file/upload.h"

#include "net/event_loop.h"
#include "net/thread_pool.h"

#include <new>
#include <utility>

berth_upload::berth_upload(berth::EventLoop& loop, berth::UploadOrder order)
    : loop_(loop), order_(std::move(order)) {}

berth_status berth_upload::begin() {
    self_ = shared_from_this();
    awaited_ = true;
    if (!run([this] { return file_.create(*order_.root, order_.path); })) {
        self_.reset();
        return BERTH_E_NOMEM;
    }
    return BERTH_PENDING;
}

berth_status berth_upload::write(std::span<const uint8_t> bytes) {
    if (status_ != BERTH_OK) {
        return status_;
    }
    if (state_ != State::kReceiving || awaited_) {
        return BERTH_E_STATE;
    }
    gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
    if (!working_) {
        go_on();
    }
    awaited_ = status_ == BERTH_OK && gathered_.size() >= kGatheredMax;
    return awaited_ ? berth_status{BERTH_PENDING} : status_;
}

berth_status berth_upload::commit(const berth_file_stat* expected) {
    if (status_ != BERTH_OK) {
        return status_;
    }
    if (state_ != State::kReceiving) {
        return BERTH_E_STATE;
    }
    if (expected != nullptr) {
        expected_ = *expected;
        expects_ = &expected_;
    }
    state_ = State::kCommitting;
    if (!working_) {
        go_on();
    }
    awaited_ = status_ == BERTH_OK;
    return awaited_ ? berth_status{BERTH_PENDING} : status_;
}

void berth_upload::end() {
    const std::shared_ptr<berth_upload> held = std::move(self_);
    const bool placed = state_ == State::kPlaced;
    awaited_ = false;
    if (!working_) {
        state_ = State::kEnded;
        if (!placed) {
            discard();
        }
    } else if (state_ != State::kPlacing) {
        state_ = State::kEnded;
    }
}

// One thing at a time. False: the pool takes no more, or memory is exhausted. What ends on the loop
// keeps this.
bool berth_upload::run(std::function<berth_status()> work) {
    try {
        auto result = std::make_shared<berth_status>(BERTH_E_NOMEM);
        working_ = loop_.pool().run([work, result] { *result = work(); },
                                    [self = shared_from_this(), result] { self->finish(*result); });
    } catch (const std::bad_alloc&) {
        working_ = false;
    }
    return working_;
}

void berth_upload::finish(berth_status result) {
    working_ = false;
    writing_.clear();
    status_ = status_ == BERTH_OK ? result : status_;
    if (state_ == State::kPlacing && status_ == BERTH_OK) {
        state_ = State::kPlaced;
        order_.placed();
    }
    if (self_ == nullptr) {  // it was ended meanwhile
        discard();
        return;
    }
    if (state_ == State::kOpening) {
        state_ = State::kReceiving;
    }
    if (status_ == BERTH_OK) {
        go_on();
    }
    tell();
}

void berth_upload::go_on() {
    const bool all = state_ == State::kCommitting;
    if (gathered_.size() >= kPieceBytes || (all && !gathered_.empty())) {
        write_gathered();
    } else if (all) {
        place();
    }
}

void berth_upload::write_gathered() {
    std::swap(gathered_, writing_);
    if (!run([this] { return file_.write(writing_); })) {
        status_ = BERTH_E_NOMEM;
    }
}

void berth_upload::place() {
    state_ = State::kPlacing;
    if (!run([this] { return file_.put_in_place(*order_.root, expects_); })) {
        status_ = BERTH_E_NOMEM;
    }
}

void berth_upload::tell() {
    const bool over = status_ != BERTH_OK || state_ == State::kPlaced;
    const bool room = state_ == State::kReceiving && gathered_.size() < kGatheredMax;
    if (awaited_ && (over || room)) {
        awaited_ = false;
        order_.ready(status_);
    }
}

// Removing a large file takes its time.
void berth_upload::discard() {
    try {
        if (loop_.pool().run([this] { file_.discard(); }, [self = shared_from_this()] {})) {
            return;
        }
    } catch (const std::bad_alloc&) {
        // as if the pool took no more
    }
    file_.discard();
}
