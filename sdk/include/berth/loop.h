/* berth.loop/1: time, timers, work from and for other threads. */
#ifndef BERTH_LOOP_H
#define BERTH_LOOP_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_LOOP_EXT "berth.loop/1"

typedef struct berth_timer berth_timer; /* opaque */

typedef struct berth_loop_ext {
    berth_hdr h;
    /* Monotonic time of this turn of the loop, read once per turn; 0 before there is a loop. */
    BERTH_ANY uint64_t (*now_ms)(void);
    BERTH_ANY uint64_t (*now_us)(void);
    /* Wall clock of this turn, microseconds since 1970 UTC. For headers and logs, never for
     * timeouts. */
    BERTH_ANY uint64_t (*wall_us)(void);
    /* Calls cb(u) after ms; repeat_ms 0: once, then the timer is gone. E_STATE as NULL in the
     * zygote. */
    berth_timer* (*timer)(uint64_t ms, uint64_t repeat_ms, void (*cb)(void* u), void* u);
    /* The timer will not fire again; also from inside its own callback. */
    void (*timer_cancel)(berth_timer*);
    /* A ticket for obj; retire() ends it before obj dies. */
    berth_ticket (*ticket)(void* obj);
    void (*retire)(berth_ticket);
    /* Runs fn(obj, arg) on the loop of the ticket. BERTH_E_GONE: the ticket is dead, fn never runs;
     * when obj dies later, fn runs with obj NULL so that arg can be freed. */
    BERTH_ANY berth_status (*post)(berth_ticket, void (*fn)(void* obj, void* arg), void* arg);
    /* Runs work(arg) on a pool thread, then done(obj, arg) on the loop, obj NULL when the ticket
     * died. */
    berth_status (*offload)(berth_ticket,
                            void (*work)(void* arg),
                            void (*done)(void* obj, void* arg),
                            void* arg);
} berth_loop_ext;

#ifdef __cplusplus
}
#endif
#endif
