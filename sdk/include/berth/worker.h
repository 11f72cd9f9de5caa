/* berth.worker/1: which worker this is, its counters, the stamp that names who is running, and what
 * the workers share: memory by name, and small values by key. */
#ifndef BERTH_WORKER_H
#define BERTH_WORKER_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_WORKER_EXT "berth.worker/1"

#define BERTH_KV_KEY_MAX 96u
#define BERTH_KV_VALUE_MAX 128u

typedef struct berth_worker_ext {
    berth_hdr h;
    uint32_t (*worker_id)(void);  /* slot, from 0; stays the same when a worker is replaced */
    uint32_t (*workers)(void);    /* slots in this worker's group */
    uint64_t (*generation)(void); /* number of the configuration served */
    /* The worker's own cell of a counter: add through the pointer, no atomic is needed. Cells live
     * in shared memory, survive reloads and are summed by the supervisor. The same name gives the
     * same cell. Names as Prometheus wants them, labels included:
     * `berth_http_requests_total{site="shop"}`. Never NULL: when the page is full, a cell that
     * nobody reads. */
    uint64_t* (*counter)(berth_sv name);
    /* The cell that a protocol stamps with berth_use.number before it calls an instance, and with
     * its own number afterwards; a crash report names the instance found there. Never NULL. */
    volatile uint32_t* (*stamp)(void);

    /* Memory of n bytes that all workers share, at a multiple of 64, zeroed when it is new. It
     * lasts until the server ends: the next generation finds it by the same name, n and layout;
     * raise layout when what is in it changes its meaning. A worker may be killed between any two
     * stores into it. Ask in load() or prepare(). NULL: in a worker, for an empty name or one
     * longer than 60, or when the room that all plugins have together (16 MiB) is used up; it is
     * never given back. */
    BERTH_ZYGOTE void* (*shm)(berth_sv name, size_t n, uint32_t layout);

    /* Small values that all workers share, for limits and bans. A key has 1 to BERTH_KV_KEY_MAX
     * bytes and begins with the plugin's id, since all plugins share the table. A value lives for
     * ttl_ms from when it was made (0: for ever) and over reloads, unless the table is full: then
     * the one that was not used for the longest time goes, so a flood of new keys may end it early.
     * A worker that is killed while it changes a value may lose that value and a few others. All of
     * them: BERTH_E_INVAL for a bad key or value; BERTH_E_TIMEOUT when others held the value for 2
     * ms, nothing was done; BERTH_E_STATE for a number where bytes are, or when this process shares
     * nothing. */

    /* Adds to the number of key, which begins with 0; *sum is the new one. It stops at the ends of
     * its type. Adding does not make it live longer. */
    BERTH_ANY berth_status (*kv_add)(berth_sv key, int64_t delta, uint64_t ttl_ms, int64_t* sum);
    /* Makes the number of key `value` and sets its time to live, if it is *seen (0 when there is
     * none); *seen becomes the number that was there. BERTH_AGAIN: it was another, nothing was
     * done. */
    BERTH_ANY berth_status (*kv_swap)(berth_sv key, int64_t* seen, int64_t value, uint64_t ttl_ms);
    /* Copies the value into buf of *n bytes, as much as fits; *n becomes its size. A number is an
     * int64_t. BERTH_DECLINED: there is none. */
    BERTH_ANY berth_status (*kv_get)(berth_sv key, void* buf, size_t* n);
    /* Sets the value, at most BERTH_KV_VALUE_MAX bytes, and its time to live. Empty: forgets the
     * key. */
    BERTH_ANY berth_status (*kv_put)(berth_sv key, berth_sv value, uint64_t ttl_ms);
} berth_worker_ext;

#ifdef __cplusplus
}
#endif
#endif
