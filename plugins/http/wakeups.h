#pragma once

#include "berth/loop.h"

#include <cstddef>
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

    explicit Wakeups(const berth_loop_ext& loop) : loop_(loop) { make_room(kRoomMin); }
    ~Wakeups();
    Wakeups(const Wakeups&) = delete;
    Wakeups& operator=(const Wakeups&) = delete;

    // Room for so many sleepers, so that waking them needs no memory.
    void make_room(size_t sleepers);
    // Once, however often it is asked for before that.
    void wake(Sleeper& sleeper);
    // The sleeper is going away.
    void forget(Sleeper& sleeper);

private:
    static constexpr size_t kRoomMin = 64;

    static void on_timer(void* self);

    const berth_loop_ext& loop_;
    std::vector<Sleeper*> waiting_, running_;
    berth_timer* timer_ = nullptr;
};

}  // namespace berth::http
