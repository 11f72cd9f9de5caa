/* Kind "berth.protocol/1": speaks a protocol on listeners. The scheme of a `listen` URL is the
 * factory's name ("http"; "https" is the same protocol over TLS).
 *
 * One instance per worker and protocol. Its configuration is a list of sites: a map each with
 * `site`, `hosts`, `listen` (a list of maps: `id`, `url`, `tls`), `tls_strict` (its TLS settings
 * decide who gets in, so a handshake for another site does not do) and the keys of the factory's
 * own schema.
 */
#ifndef BERTH_PROTOCOL_H
#define BERTH_PROTOCOL_H

#include "berth/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_PROTOCOL_KIND "berth.protocol/1"

enum { BERTH_TRANSPORTS_STREAM = 1, BERTH_TRANSPORTS_DATAGRAM = 2 };

/* FROZEN. One datagram, in or out. */
typedef struct berth_dgram {
    const uint8_t* p;
    size_t n;
    berth_sv peer; /* numeric address */
    uint16_t port, reserved0;
    uint32_t ifindex;
} berth_dgram;

typedef struct berth_udp berth_udp; /* opaque: a datagram socket of the host */

typedef struct berth_protocol_ops {
    berth_hdr h;
    const char* const* alpn; /* in order of preference, NULL-terminated; NULL: none */
    uint32_t transports;     /* BERTH_TRANSPORTS_* */
    uint32_t reserved0;
    /* A connection was accepted and, on a TLS listener, its handshake is done. Returns the
     * callbacks and the user pointer for it. An error closes it, without on_close. */
    berth_status (*on_open)(
        void* inst, berth_stream*, uint32_t listener, const berth_stream_cb** cb, void** user);
    /* Datagrams arrived, a batch at a time; required when transports has DATAGRAM. The socket is
     * the one to answer with (berth.net/1 udp_send). */
    void (*on_datagrams)(void* inst, berth_udp*, uint32_t listener, const berth_dgram*, uint32_t n);
    /* Optional. As on_open, for a client that began without TLS on a TLS listener: to tell it so.
     * The stream is not encrypted. Without this function the connection is closed. */
    berth_status (*on_cleartext)(
        void* inst, berth_stream*, uint32_t listener, const berth_stream_cb** cb, void** user);
} berth_protocol_ops;

#ifdef __cplusplus
}
#endif
#endif
