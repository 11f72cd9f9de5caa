#pragma once

#include "net/timer_queue.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace berth {

class EventLoop;
class PluginTimers;

// A timer that a plugin asked for (the berth_timer of berth.loop/1).
class PluginTimer final : public TimerEntry {
public:
    using Callback = void (*)(void* user);

    PluginTimer(PluginTimers& owner, Callback callback, void* user, uint64_t repeat_ms);
    ~PluginTimer() override;
    // Also from inside its own callback.
    void cancel();

private:
    friend class PluginTimers;
    void on_timer() override;

    PluginTimers& owner_;
    Callback callback_;
    void* user_;
    uint64_t repeat_ms_;  // 0: once
    size_t place_ = 0;    // among the owner's timers
    bool running_ = false;
    bool cancelled_ = false;
    [[no_unique_address]] Live<LiveKind::kTimer> live_;
};

// The timers of all plugins of a worker; owns them.
class PluginTimers {
public:
    explicit PluginTimers(EventLoop& loop) : loop_(loop) {}
    PluginTimers(const PluginTimers&) = delete;
    PluginTimers& operator=(const PluginTimers&) = delete;

    // Throws when memory is exhausted.
    PluginTimer& add(uint64_t ms, uint64_t repeat_ms, PluginTimer::Callback callback, void* user);

private:
    friend class PluginTimer;
    void arm(PluginTimer& timer, uint64_t ms);
    void remove(PluginTimer& timer);

    EventLoop& loop_;
    std::vector<std::unique_ptr<PluginTimer>> timers_;
};

}  // namespace berth
