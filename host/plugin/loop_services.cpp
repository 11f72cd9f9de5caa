// berth.loop/1: time, timers, and work from and for other threads.
#include "net/event_loop.h"
#include "net/thread_pool.h"
#include "plugin/plugin_timers.h"
#include "plugin/service_tables.h"

#include "berth/cpp/guard.hpp"

namespace berth {
namespace {

EventLoop* loop() {
    return current_services()->worker.loop;
}

uint64_t now_ms() {
    return loop() == nullptr ? 0 : loop()->now_ms();
}

uint64_t now_us() {
    return loop() == nullptr ? 0 : loop()->now_us();
}

uint64_t wall_us() {
    return loop() == nullptr ? 0 : loop()->wall_us();
}

berth_timer* timer(uint64_t ms, uint64_t repeat_ms, void (*callback)(void*), void* user) {
    if (loop() == nullptr || callback == nullptr) {
        return nullptr;
    }
    PluginTimer& made = current_services()->timers->add(ms, repeat_ms, callback, user);
    return reinterpret_cast<berth_timer*>(&made);
}

void timer_cancel(berth_timer* which) {
    reinterpret_cast<PluginTimer*>(which)->cancel();
}

berth_ticket ticket(void* object) {
    return current_services()->tickets.issue(object);
}

void retire(berth_ticket which) {
    current_services()->tickets.retire(which);
}

using ObjectFunction = void (*)(void* object, void* arg);

// Looks the object up when the loop gets there: it may have ended meanwhile.
void deliver(berth_ticket which, ObjectFunction function, void* arg) {
    function(current_services()->tickets.find(which), arg);
}

berth_status post(berth_ticket which, ObjectFunction function, void* arg) {
    HostServices::Impl& services = *current_services();
    if (services.worker.loop == nullptr) {
        return BERTH_E_STATE;
    }
    if (services.tickets.find(which) == nullptr) {
        return BERTH_E_GONE;
    }
    services.worker.loop->post([which, function, arg] { deliver(which, function, arg); });
    return BERTH_OK;
}

berth_status offload(berth_ticket which, void (*work)(void* arg), ObjectFunction done, void* arg) {
    if (loop() == nullptr) {
        return BERTH_E_STATE;
    }
    const bool queued = loop()->pool().run([work, arg] { work(arg); },
                                           [which, done, arg] { deliver(which, done, arg); });
    return queued ? BERTH_OK : BERTH_E_LIMIT;
}

}  // namespace

const berth_loop_ext& loop_table() {
    static constexpr berth_loop_ext table = {BERTH_HDR(berth_loop_ext),
                                             now_ms,
                                             now_us,
                                             wall_us,
                                             sdk::kGuarded<timer>,
                                             timer_cancel,
                                             sdk::kGuarded<ticket>,
                                             retire,
                                             sdk::kGuarded<post>,
                                             sdk::kGuarded<offload>};
    return table;
}

}  // namespace berth
