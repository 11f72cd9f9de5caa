/* Kind "berth.conn.filter/1": decides about a connection when it is accepted, before TLS and before
 * the protocol sees any of it. A site lists them under `connection_filters`; they are asked in that
 * order.
 *
 * Where a site has none, nothing is called and nothing is stored.
 */
#ifndef BERTH_CONN_FILTER_H
#define BERTH_CONN_FILTER_H

#include "berth/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_CONN_FILTER_KIND "berth.conn.filter/1"

/* Most first bytes that a filter may ask for. */
#define BERTH_CONN_BYTES_MAX 8192u

/* An accepted connection. Belongs to the host, valid during the call. A filter that answers
 * BERTH_OK may have changed peer and peer_port: that is then who is at the other end, for later
 * filters, for the limits per address, and in berth_conn_info. */
typedef struct berth_conn {
    berth_hdr h;
    berth_ip peer; /* none: a Unix socket */
    uint16_t peer_port, reserved0;
    uint32_t transport; /* BERTH_TRANSPORT_* */
    uint32_t listener;  /* as given to berth_protocol_ops.on_open */
    uint32_t reserved1;
} berth_conn;

typedef struct berth_conn_filter_ops {
    berth_hdr h;
    uint32_t bytes_max; /* of the first bytes, at most BERTH_CONN_BYTES_MAX; more: the connection is
                           closed */
    uint32_t timeout_ms; /* to get them in; then the connection is closed. 0: 3000 */
    /* BERTH_OK: the next filter, or the protocol. BERTH_DECLINED, or an error: the connection is
     * closed. BERTH_MORE: the verdict needs first bytes, on_bytes follows. */
    berth_status (*on_accept)(void* inst, berth_conn*);
    /* The first bytes so far, n > 0; NULL when on_accept never answers MORE. BERTH_OK: *used of
     * them, from the first one on, were for this filter, what follows is for the next. BERTH_MORE:
     * all of them are for this filter and do not suffice. BERTH_DECLINED, or an error: the
     * connection is closed. */
    berth_status (*on_bytes)(void* inst, berth_conn*, const uint8_t* bytes, size_t n, size_t* used);
} berth_conn_filter_ops;

#ifdef __cplusplus
}
#endif
#endif
