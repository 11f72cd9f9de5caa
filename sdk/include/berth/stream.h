/* Streams: byte pipes with flow control. The host makes them (sockets, TLS) and so may plugins (an
 * HTTP/2 tunnel, say): all calls go through stream->ops.
 *
 * Rules. Callbacks come from the top of the loop, never from inside a call of the same stream. A
 * write is accepted up to a hard cap (8 MiB); BERTH_AGAIN above the high watermark means stop until
 * on_writable. Bytes that on_data leaves are presented again in front of newer ones, and after
 * read_pause(0).
 */
#ifndef BERTH_STREAM_H
#define BERTH_STREAM_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct berth_stream berth_stream;

/* Flags of write. */
enum {
    BERTH_W_FIN = 1 /* half-close after these bytes */
};

/* What berth_stream_ops.timeout measures. */
enum {
    BERTH_TIMEOUT_NONE = 0,
    /* ms since bytes were last read; read and written bytes start it anew */
    BERTH_TIMEOUT_IDLE = 1,
    BERTH_TIMEOUT_DEADLINE = 2 /* ms from now, whatever happens */
};

enum { BERTH_TRANSPORT_TCP = 1, BERTH_TRANSPORT_UNIX = 2, BERTH_TRANSPORT_TUNNEL = 3 };

/* Who is at the other end. Built when asked for. */
typedef struct berth_conn_info {
    berth_hdr h;
    berth_sv peer_ip, local_ip; /* numeric; empty for Unix sockets */
    uint16_t peer_port, local_port;
    uint32_t transport;
    uint32_t tls;      /* 1: the stream is TLS and its handshake is done */
    uint32_t listener; /* as given to on_open */
    berth_sv alpn, sni, tls_version, tls_cipher;
    berth_sv peer_cert_der; /* verified client certificate, or empty */
    berth_sv tls_site;      /* site whose TLS settings the handshake used */
    uint64_t id;            /* unique in the machine's uptime, for logs */
} berth_conn_info;

typedef struct berth_tls_opts {
    berth_hdr h;
    int32_t is_server;       /* 1: with the certificates of the listener's sites */
    int32_t verify;          /* client: 1 checks the chain and server_name */
    berth_sv server_name;    /* client: SNI and the name that the certificate must carry */
    const char* const* alpn; /* NULL-terminated, or NULL */
    berth_sv ca_file;        /* client: empty = the system's roots */
} berth_tls_opts;

/* Implemented by whoever uses the stream. h.size first; an absent function is NULL, on_data and
 * on_close are required. u: the user pointer given with the table. */
typedef struct berth_stream_cb {
    berth_hdr h;
    /* Bytes arrived. n == 0: the peer will send no more, writing goes on. An error closes the
     * stream. */
    berth_status (*on_data)(void* u, berth_rbuf* bufs, uint32_t n);
    /* Output fell below the low watermark after BERTH_AGAIN. */
    void (*on_writable)(void* u);
    /* start_tls ended: BERTH_OK or BERTH_E_TLS (the stream closes). */
    void (*on_tls)(void* u, berth_status);
    /* The generation drains: end soon. Deadline in loop milliseconds. */
    void (*on_drain)(void* u, uint64_t deadline_ms);
    /* The timeout fired, once; without this function the stream closes with BERTH_E_TIMEOUT. */
    void (*on_timeout)(void* u);
    /* Exactly once, the last call for u; the stream is gone when it returns. */
    void (*on_close)(void* u, berth_status why);
} berth_stream_cb;

typedef struct berth_stream_ops {
    berth_hdr h;
    /* Queues n segments; they leave together at the end of the turn. BERTH_OK, BERTH_AGAIN
     * (accepted, stop now), BERTH_E_LIMIT (hard cap, nothing accepted), BERTH_E_STATE (after FIN or
     * close). */
    berth_status (*write)(berth_stream*, const berth_seg*, uint32_t n, uint32_t flags);
    /* on != 0: no on_data until called with 0; closes the peer's window. */
    void (*read_pause)(berth_stream*, int32_t on);
    /* Another user takes over from the next callback on; the old one gets no on_close. */
    void (*set_user)(berth_stream*, const berth_stream_cb*, void* u);
    /* Valid until the next call of info() on this loop; the texts in it until then, too. */
    const berth_conn_info* (*info)(berth_stream*);
    /* STARTTLS, either role. Refused with BERTH_E_STATE when plaintext is buffered that nobody
     * consumed (command injection) or output is unsent. on_tls follows. */
    berth_status (*start_tls)(berth_stream*, const berth_tls_opts*);
    /* One timeout per stream, replaced by each call. what: BERTH_TIMEOUT_*. */
    void (*timeout)(berth_stream*, uint32_t what, uint64_t ms);
    /* Sends what is queued, then closes; on_close follows from the loop top. why < 0: closes at
     * once. With linger, bytes still arriving are read and dropped for a while so that the peer
     * gets the answer. */
    void (*close)(berth_stream*, berth_status why, int32_t linger);
    berth_ticket (*ticket)(berth_stream*);
    /* Bytes that write accepted and that are not sent yet; in on_close those that never were. */
    uint64_t (*unsent)(berth_stream*);
} berth_stream_ops;

/* FROZEN prefix; what follows belongs to whoever made the stream. */
struct berth_stream {
    const berth_stream_ops* ops;
};

/* Who holds the memory or the file of a segment, NULL when nobody does: retain it for each further
 * piece that the segment is cut into, release it for one that is not passed on. */
static inline berth_owner* berth_seg_owner(const berth_seg* segment) {
    if (segment->kind == BERTH_SEG_FILE) {
        return BERTH_RECAST(berth_owner*, segment->u.file); /* a file begins with its owner */
    }
    return segment->kind == BERTH_SEG_OWNED ? segment->v.owner : NULL;
}

#ifdef __cplusplus
}
#endif
#endif
