#pragma once

#include "net/event_loop.h"

#include <functional>
#include <memory>

namespace berth::test {

// An event loop that a test turns until something has happened.
class TestLoop {
public:
    explicit TestLoop(EventLoop::Options options = {})
        : loop_(std::move(EventLoop::make(options)).value()) {}

    // False: it did not happen in many turns (a turn without events ends after a moment).
    bool until(const std::function<bool()>& happened) {
        constexpr int kTurnsMax = 2'000;
        constexpr int kTurnMs = 10;
        for (int i = 0; i < kTurnsMax && !happened(); ++i) {
            loop_->turn(kTurnMs);
        }
        return happened();
    }
    // Lets everything happen that needs no waiting.
    void settle() {
        for (int i = 0; i < 5; ++i) {
            loop_->turn(0);
        }
    }
    EventLoop& operator*() { return *loop_; }
    EventLoop* operator->() { return loop_.get(); }

private:
    std::unique_ptr<EventLoop> loop_;
};

}  // namespace berth::test
