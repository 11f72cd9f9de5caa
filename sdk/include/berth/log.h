/* berth.log/1: sinks for access logs. Buffered per worker, written once per turn or when full,
 * never blocking: what cannot be written is dropped and counted (berth_log_dropped_total). */
#ifndef BERTH_LOG_H
#define BERTH_LOG_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_LOG_EXT "berth.log/1"

typedef struct berth_sink berth_sink; /* opaque */

typedef struct berth_log_ext {
    berth_hdr h;
    /* The sink of a file, "stdout" or "stderr"; the same target gives the same sink. The host
     * opened the file before the generation started and reopens it on SIGUSR1. NULL when the host
     * cannot. where: the node that names the target, for the diagnostic. */
    berth_sink* (*open)(berth_sv target, const berth_cfg* where);
    /* Room for a line of at most n <= 8192 bytes in the buffer, NULL when it must be dropped
     * (counted). */
    char* (*reserve)(berth_sink*, size_t n);
    /* The first n bytes of what reserve() gave are one line, newline included. */
    void (*commit)(berth_sink*, size_t n);
} berth_log_ext;

#ifdef __cplusplus
}
#endif
#endif
