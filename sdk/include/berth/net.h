/* berth.net/1: outgoing connections and names. Everything on the loop; nothing blocks. */
#ifndef BERTH_NET_H
#define BERTH_NET_H

#include "berth/protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_NET_EXT "berth.net/1"

typedef struct berth_connect_opts {
    berth_hdr h;
    berth_sv host; /* name, IPv4 or IPv6 literal, or "unix:/path" */
    uint16_t port, reserved0;
    uint32_t reserved1;
    uint64_t timeout_ms;       /* names, connect and TLS together; 0: 5000 */
    const berth_tls_opts* tls; /* NULL: plain */
    const berth_stream_cb* cb; /* callbacks and user of the stream from the start */
    void* user;
} berth_connect_opts;

enum { BERTH_RR_A = 1, BERTH_RR_AAAA = 28, BERTH_RR_MX = 15, BERTH_RR_TXT = 16, BERTH_RR_SRV = 33 };

typedef struct berth_net_ext {
    berth_hdr h;
    /* done(u, status, stream) comes once, from the loop top: BERTH_OK with the stream, or
     * BERTH_E_DNS, BERTH_E_IO, BERTH_E_TLS, BERTH_E_TIMEOUT with NULL. Addresses of both families
     * are tried in turn. An error returned here and below means that done will not come; in the
     * zygote BERTH_E_STATE. */
    berth_status (*connect)(const berth_connect_opts*,
                            void (*done)(void* u, berth_status, berth_stream*),
                            void* u);
    /* Answers as text: addresses, or "priority host" (MX), "priority weight port host" (SRV), the
     * joined strings (TXT). They live during done. BERTH_OK with n == 0: the name has no such
     * record; BERTH_E_DNS: there is no such name; BERTH_E_IO, BERTH_E_TIMEOUT: no server could say.
     */
    berth_status (*resolve)(berth_sv name,
                            uint16_t rr,
                            void (*done)(void* u, berth_status, const berth_sv*, uint32_t n),
                            void* u);
    /* Sends datagrams, as many as the socket takes; returns how many, or an error. */
    berth_status (*udp_send)(berth_udp*, const berth_dgram*, uint32_t n);
} berth_net_ext;

#ifdef __cplusplus
}
#endif
#endif
