#include "wakeups.h"

#include <algorithm>
#include <new>

namespace berth::http {

Wakeups::~Wakeups() {
    if (timer_ != nullptr) {
        loop_.timer_cancel(timer_);
    }
}

void Wakeups::make_room(size_t sleepers) {
    for (auto* list : {&waiting_, &running_}) {
        if (sleepers > list->capacity()) {
            list->reserve(2 * sleepers);
        }
    }
}

void Wakeups::wake(Sleeper& sleeper) {
    if (std::find(waiting_.begin(), waiting_.end(), &sleeper) != waiting_.end()) {
        return;
    }
    waiting_.push_back(&sleeper);
    if (timer_ == nullptr) {
        timer_ = loop_.timer(0, 0, &Wakeups::on_timer, this);
    }
    if (timer_ == nullptr) {
        throw std::bad_alloc();  // nobody would be woken
    }
}

void Wakeups::forget(Sleeper& sleeper) {
    std::erase(waiting_, &sleeper);
    std::replace(running_.begin(), running_.end(), &sleeper, static_cast<Sleeper*>(nullptr));
}

void Wakeups::on_timer(void* self) {
    auto& wakeups = *static_cast<Wakeups*>(self);
    wakeups.timer_ = nullptr;
    wakeups.running_.swap(wakeups.waiting_);
    for (size_t i = 0; i < wakeups.running_.size(); ++i) {
        if (Sleeper* sleeper = wakeups.running_[i]) {
            sleeper->on_wake();
        }
    }
    wakeups.running_.clear();
}

}  // namespace berth::http
