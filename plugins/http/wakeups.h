#pragma once

#include "berth/loop.h"

#include <vector>

namespace berth::http {

// Calls objects back from the top of the loop, for what must not happen inside a plugin's call.
class Wakeups {
public:
    class Sleeper {
    public:
        virtual void on_wake() = 0;

    protected:
        ~Sleeper() = default;
    };

    explicit Wakeups(const berth_loop_ext& loop) : loop_(loop) {}
    ~Wakeups();
    Wakeups(const Wakeups&) = delete;
    Wakeups& operator=(const Wakeups&) = delete;

    // Once, however often it is asked for before that.
    void wake(Sleeper& sleeper);
    // The sleeper is going away.
    void forget(Sleeper& sleeper);

private:
    static void on_timer(void* self);

    const berth_loop_ext& loop_;
    std::vector<Sleeper*> waiting_, running_;
    berth_timer* timer_ = nullptr;
};

}  // namespace berth::http
