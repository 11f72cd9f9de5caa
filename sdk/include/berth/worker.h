/* berth.worker/1: which worker this is, its counters, and the stamp that names who is running. */
#ifndef BERTH_WORKER_H
#define BERTH_WORKER_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_WORKER_EXT "berth.worker/1"

typedef struct berth_worker_ext {
    berth_hdr h;
    uint32_t (*worker_id)(void);  /* slot, from 0; stays the same when a worker is replaced */
    uint32_t (*workers)(void);    /* slots in this worker's group */
    uint64_t (*generation)(void); /* number of the configuration served */
    /* The worker's own cell of a counter: add through the pointer, no atomic is needed. Cells live in shared
     * memory, survive reloads and are summed by the supervisor. The same name gives the same cell. Names as
     * Prometheus wants them, labels included: `berth_http_requests_total{site="shop"}`. Never NULL: when the
     * page is full, a cell that nobody reads. */
    uint64_t *(*counter)(berth_sv name);
    /* The cell that a protocol stamps with berth_use.number before it calls an instance, and with its own
     * number afterwards; a crash report names the instance found there. Never NULL. */
    volatile uint32_t *(*stamp)(void);
} berth_worker_ext;

#ifdef __cplusplus
}
#endif
#endif
