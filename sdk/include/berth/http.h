/* berth.http/1: requests and answers, served by the http plugin to handlers and filters.
 *
 * One model whatever the version of HTTP. A handler gets on_request and answers with respond()
 * (head, body and end in one call) or with start(), body()... and end(). A filter sees the request
 * before the handler and the answer after it.
 */
#ifndef BERTH_HTTP_H
#define BERTH_HTTP_H

#include "berth/config.h"
#include "berth/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_HTTP_EXT "berth.http/1"
#define BERTH_HTTP_HANDLER_KIND "berth.http.handler/1"
#define BERTH_HTTP_FILTER_KIND "berth.http.filter/1"

/* FROZEN. Names of request fields are lower-case. */
typedef struct berth_header {
    berth_sv name, value;
} berth_header;

/* Fields found in O(1) with berth_known(). Append only. */
enum {
    BERTH_H_HOST,
    BERTH_H_CONTENT_LENGTH,
    BERTH_H_CONTENT_TYPE,
    BERTH_H_COOKIE,
    BERTH_H_AUTHORIZATION,
    BERTH_H_RANGE,
    BERTH_H_IF_NONE_MATCH,
    BERTH_H_IF_MODIFIED_SINCE,
    BERTH_H_ACCEPT_ENCODING,
    BERTH_H_CONNECTION,
    BERTH_H_TRANSFER_ENCODING,
    BERTH_H_EXPECT,
    BERTH_H_UPGRADE,
    BERTH_H_USER_AGENT,
    BERTH_H_REFERER,
    BERTH_H_IF_MATCH,
    BERTH_H_IF_UNMODIFIED_SINCE,
    BERTH_H_IF_RANGE,
    BERTH_H_ACCEPT,
    BERTH_H_ORIGIN,
    BERTH_H_TE,
    BERTH_H_X_FORWARDED_FOR,
    BERTH_H_FORWARDED,
    BERTH_H_COUNT
};

/* RFC 9110 9. OTHER: see method_sv. */
enum {
    BERTH_M_OTHER,
    BERTH_M_GET,
    BERTH_M_HEAD,
    BERTH_M_POST,
    BERTH_M_PUT,
    BERTH_M_DELETE,
    BERTH_M_CONNECT,
    BERTH_M_OPTIONS,
    BERTH_M_TRACE,
    BERTH_M_PATCH
};

#define BERTH_LENGTH_UNKNOWN UINT64_MAX

/* A request. Read-only and, but for its trailers, stable until on_destroy returns; owned by the
 * http plugin. */
typedef struct berth_http_req {
    berth_hdr h;
    uint8_t version;  /* 10, 11 or 20 */
    uint8_t method;   /* BERTH_M_* */
    uint8_t has_body; /* a body follows, maybe empty */
    uint8_t secure;   /* over TLS */
    uint32_t n_headers;
    berth_sv method_sv, scheme, authority; /* authority: host[:port], lower-case */
    berth_sv path;       /* decoded and normalised once, begins with '/'; "*" for OPTIONS * */
    berth_sv query;      /* without '?', as received */
    berth_sv raw_target; /* as received: for logs and proxies, never to decide by */
    const berth_header* headers;
    const uint16_t* known; /* known[id] = index + 1 of the first such field, 0: absent */
    uint32_t n_known;
    uint32_t reroutes;       /* how often reroute() moved it: raw_target does not name path then */
    uint64_t content_length; /* BERTH_LENGTH_UNKNOWN: chunked, or none when !has_body */
    berth_arena* arena;      /* lasts as long as the request */
    void* user;              /* the callee's own slot: each handler and filter sees its own */
    berth_sv login;          /* who sends it, as a filter proved (set_login); empty: nobody did */
    /* The fields behind the body (RFC 9110 6.5), there from on_body with `last` on. Never those of
     * BERTH_H_*, which would come too late to be obeyed. */
    const berth_header* trailers;
    uint32_t n_trailers, reserved0;
    /* What the client would rather speak, see upgrade(): the list in Upgrade of HTTP/1.1, or
     * :protocol of HTTP/2, whose method is CONNECT then (RFC 8441). Empty: only HTTP. */
    berth_sv protocol;
    /* Bytes at the front of path that the route names when its pattern ends with a slash and `*`,
     * that slash not counted: 7 of /assets/. 0: any other pattern. */
    uint32_t route_prefix, reserved1;
} berth_http_req;

/* Value of a known field; p == NULL when absent. Fields may repeat: walk headers for the others. */
static inline berth_sv berth_known(const berth_http_req* req, uint32_t id) {
    berth_sv none = {0, 0};
    return id < req->n_known && req->known[id] ? req->headers[req->known[id] - 1].value : none;
}

/* The head of an answer. Content-Length, Transfer-Encoding, Connection, Date and Server are the
 * http plugin's: never among headers. Names and values that hold CR, LF or NUL are refused
 * (BERTH_E_INVAL). */
typedef struct berth_http_resp {
    berth_hdr h;
    uint32_t status, flags; /* 200..599; flags: BERTH_RESP_* */
    const berth_header* headers;
    uint32_t n_headers, reserved0;
    uint64_t content_length; /* BERTH_LENGTH_UNKNOWN with start(); respond() counts the segments
                                itself */
} berth_http_resp;
enum { BERTH_RESP_CLOSE = 1 /* close the connection after this answer */ };

typedef struct berth_http_handler_ops {
    berth_hdr h;
    /* Answer now or later. BERTH_OK; BERTH_DECLINED: the next matching route; an error: a 500 is
     * sent. */
    berth_status (*on_request)(void* inst, berth_http_req*);
    /* Body bytes; the callee moves p and n. last: nothing follows. NULL function: bodies are
     * drained. */
    berth_status (*on_body)(void* inst, berth_http_req*, berth_rbuf*, uint32_t n, int32_t last);
    /* After BERTH_AGAIN from body(): go on. */
    void (*on_writable)(void* inst, berth_http_req*);
    /* The exchange ends early; from here on every call for it answers BERTH_E_GONE. */
    void (*on_abort)(void* inst, berth_http_req*, berth_status why);
    /* The last call for the request, exactly once, never inside a call of the handler. */
    void (*on_destroy)(void* inst, berth_http_req*);
    /* Optional, pure; ZYGOTE. What a handler with these settings must have in front of it:
     * BERTH_NEED_*. A configuration that lacks it is refused. */
    uint32_t (*needs)(const berth_config_ext*, const berth_cfg* settings);
} berth_http_handler_ops;
enum { BERTH_NEED_AUTH = 1 /* a filter of BERTH_PHASE_AUTH: clients may change something */ };

/* Filters of a route run by phase, inside a phase in the order of the configuration. */
enum {
    BERTH_PHASE_ACCESS = 100,
    BERTH_PHASE_AUTH = 200,
    BERTH_PHASE_RATE = 300,
    BERTH_PHASE_REWRITE = 400,
    BERTH_PHASE_TRANSFORM = 500,
    BERTH_PHASE_LOG = 900
};

/* A list of segments; berth_http_ext.segs_reserve makes room at its end. */
typedef struct berth_segs {
    berth_seg* segs;
    uint32_t n, cap;
} berth_segs;

typedef struct berth_http_filter_ops {
    berth_hdr h;
    uint32_t phase, reserved0;
    /* BERTH_OK: go on. BERTH_PENDING: wait for filter_resume(). BERTH_DECLINED: it has answered
     * itself. Once more, with the same `user`, when the request goes on to another route that has
     * the filter. An error answers 500, or 503 for a FAIL_CLOSED factory. */
    berth_status (*on_request)(void* inst, berth_http_req*);
    /* May replace resp->headers by an array in the arena, and change the status. In reverse order.
     * content_length: of the body as the handler has it. BERTH_DECLINED: OK, and the body of this
     * answer does not go through on_resp_body; as long as no filter wants it, it keeps its length
     * and its files. */
    berth_status (*on_response)(void* inst, berth_http_req*, berth_http_resp*);
    /* Moves segments from `in` to `out`, or uses them up and puts others into `out`; COPY ones last
     * until the next call. What it leaves in `in` (segs moves up, n counts down) is presented again
     * in front of newer ones. last: nothing follows what is in `in`; that may be nothing. BERTH_OK:
     * waits for more; with last, it is done and not called again. BERTH_AGAIN: has more to give,
     * call again when the client has taken this. BERTH_PENDING: call again after filter_resume().
     * The handler waits meanwhile. An error cuts the answer off, or is what respond() returns. */
    berth_status (*on_resp_body)(
        void* inst, berth_http_req*, berth_segs* in, berth_segs* out, int32_t last);
    /* The answer is sent or given up. body: bytes sent of it; usec since the request's first
     * byte. */
    void (*on_log)(
        void* inst, berth_http_req*, const berth_http_resp*, uint64_t body, uint64_t usec);
    void (*on_destroy)(void* inst, berth_http_req*);
} berth_http_filter_ops;

typedef struct berth_http_ext {
    berth_hdr h;
    /* The whole answer. Segments as in berth_stream_ops.write. BERTH_OK, BERTH_AGAIN (accepted),
     * BERTH_E_STATE (answered already), BERTH_E_GONE, BERTH_E_INVAL. */
    berth_status (*respond)(berth_http_req*, const berth_http_resp*, const berth_seg*, uint32_t n);
    /* Head only; body() and end() follow. Unknown length: chunked, or until close for HTTP/1.0. */
    berth_status (*start)(berth_http_req*, const berth_http_resp*);
    berth_status (*body)(berth_http_req*, const berth_seg*, uint32_t n);
    berth_status (*end)(berth_http_req*, const berth_header* trailers, uint32_t n);
    /* 103 and the like; 100 is sent by itself when the handler first takes body bytes. */
    berth_status (*informational)(berth_http_req*,
                                  uint32_t status,
                                  const berth_header*,
                                  uint32_t n);
    /* Gives up: the connection (HTTP/1) or stream (HTTP/2) is cut. on_abort follows. */
    berth_status (*abort)(berth_http_req*, berth_status why);
    /* on != 0: no on_body until called with 0. */
    void (*body_pause)(berth_http_req*, int32_t on);
    /* For other threads; the ticket's object is the berth_http_req. */
    berth_ticket (*ticket)(berth_http_req*);
    /* Ends the PENDING of the filter's on_request with that verdict, or that of its on_resp_body.
     */
    berth_status (*filter_resume)(berth_http_req*, berth_status verdict);
    /* Sets or adds a field of the request for those who come after; views stay valid. */
    berth_status (*set_header)(berth_http_req*, berth_sv name, berth_sv value);
    /* Who is at the other end of the connection; valid until the next call of any conn() or info().
     */
    const berth_conn_info* (*conn)(berth_http_req*);
    /* Room for n more segments in the list, which may move; BERTH_E_NOMEM. */
    berth_status (*segs_reserve)(berth_http_req*, berth_segs*, uint32_t n);
    /* A complete answer with Berth's error page for that status (400..599). */
    berth_status (*error)(berth_http_req*, uint32_t status);
    /* Numeric address of the client: the peer's, or what a proxy that the site trusts (`trust`)
     * says it is. Decide by this one, never by X-Forwarded-For. Empty behind a Unix socket. Valid
     * until on_destroy. */
    berth_sv (*client)(berth_http_req*);
    /* From a filter's on_request, or while it is PENDING: when it has answered BERTH_OK, the
     * request goes to the route of another path, through all filters of that. Those that have seen
     * it before see it again, with their `user` as it was. path: decoded, normalised by http;
     * query: without '?', encoded. BERTH_E_LIMIT: more than 10 times. */
    berth_status (*reroute)(berth_http_req*, berth_sv path, berth_sv query);
    /* Names the user for those who come after, and for the access log. Only what was proved: a name
     * that the client merely claims stays out. BERTH_E_INVAL: it holds control characters. */
    berth_status (*set_login)(berth_http_req*, berth_sv login);
    /* Ends HTTP for this request: *out carries what the client sends from here on, in a protocol of
     * req->protocol. The head goes out at once, with 101, or with 200 in HTTP/2, whatever
     * resp->status says; Upgrade and Connection are written here. Call set_user of *out before the
     * loop goes on. The stream obeys the rules of berth/stream.h, but for start_tls; its timeout is
     * the site's `timeouts.idle` until it is set. The request stays until on_close of the stream
     * has returned: on_destroy follows, and on_abort does not. From on_request on, and before
     * anything was answered. BERTH_E_UNSUPPORTED: the client did not ask for it; BERTH_E_STATE:
     * answered, or the rest of a body is still to come; BERTH_E_DENIED: the connection is about to
     * end. Nothing is sent then. */
    berth_status (*upgrade)(berth_http_req*,
                            berth_sv protocol,
                            const berth_http_resp* resp,
                            berth_stream** out);
    /* As error(), with more fields, such as Allow or Retry-After; Content-Type is the page's. */
    berth_status (*error_with)(berth_http_req*, uint32_t status, const berth_header*, uint32_t n);
} berth_http_ext;

#ifdef __cplusplus
}
#endif
#endif
