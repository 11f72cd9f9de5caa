#include "plugin/plugin_timers.h"

#include "net/event_loop.h"

namespace berth {

PluginTimer::PluginTimer(PluginTimers& owner, Callback callback, void* user, uint64_t repeat_ms)
    : owner_(owner), callback_(callback), user_(user), repeat_ms_(repeat_ms) {
    owner_.loop_.timers().enter();
}

PluginTimer::~PluginTimer() {
    owner_.loop_.timers().leave(*this);
}

void PluginTimer::cancel() {
    if (running_) {
        cancelled_ = true;  // on_timer() removes it when the callback has returned
        return;
    }
    owner_.remove(*this);
}

void PluginTimer::on_timer() {
    running_ = true;
    callback_(user_);
    running_ = false;
    if (cancelled_ || repeat_ms_ == 0) {
        owner_.remove(*this);
        return;
    }
    owner_.arm(*this, repeat_ms_);
}

PluginTimer& PluginTimers::add(uint64_t ms,
                               uint64_t repeat_ms,
                               PluginTimer::Callback callback,
                               void* user) {
    timers_.push_back(std::make_unique<PluginTimer>(*this, callback, user, repeat_ms));
    PluginTimer& timer = *timers_.back();
    timer.place_ = timers_.size() - 1;
    arm(timer, ms);
    return timer;
}

void PluginTimers::arm(PluginTimer& timer, uint64_t ms) {
    loop_.timers().set(timer, loop_.now_ms() + ms);
}

void PluginTimers::remove(PluginTimer& timer) {
    const size_t place = timer.place_;
    std::swap(timers_[place], timers_.back());
    timers_[place]->place_ = place;
    timers_.pop_back();
}

}  // namespace berth
