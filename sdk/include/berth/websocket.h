/* berth.websocket/1: WebSocket (RFC 6455, RFC 7692) for handlers of berth.http/1, over HTTP/1.1 and
 * HTTP/2 (RFC 8441) alike. Provided by the websocket plugin.
 *
 * A handler calls accept() in on_request and gets messages from then on. Framing, masks, UTF-8,
 * fragments, compression, pings, the closing handshake and the limits are the plugin's business.
 * Reading stops by itself while the client takes no more output.
 */
#ifndef BERTH_WEBSOCKET_H
#define BERTH_WEBSOCKET_H

#include "berth/http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_WEBSOCKET_EXT "berth.websocket/1"

/* One connection. Lasts until on_close has returned. */
typedef struct berth_ws berth_ws; /* opaque */

/* Kinds of message. */
enum { BERTH_WS_TEXT = 1, BERTH_WS_BINARY = 2 };

/* Codes of RFC 6455 7.4.1; an application's own are 3000 to 4999. */
enum {
    BERTH_WS_NORMAL = 1000,
    BERTH_WS_GOING_AWAY = 1001,
    BERTH_WS_PROTOCOL_ERROR = 1002,
    BERTH_WS_UNACCEPTABLE = 1003,
    BERTH_WS_NO_CODE = 1005,  /* on_close only: the client gave none */
    BERTH_WS_ABNORMAL = 1006, /* on_close only: the connection ended without a Close */
    BERTH_WS_NOT_UTF8 = 1007,
    BERTH_WS_POLICY = 1008,
    BERTH_WS_TOO_BIG = 1009,
    BERTH_WS_INTERNAL_ERROR = 1011
};

/* Flags of options. */
enum { BERTH_WS_COMPRESS = 1 /* permessage-deflate, when the client offers it */ };

/* Zero is the default of every member. Read during accept() only. */
typedef struct berth_ws_options {
    berth_hdr h;
    const char* const* subprotocols; /* those spoken, best first, NULL-terminated; NULL: none. One
                                        that the client offers is taken; without any, none is */
    const char* const* origins; /* whose pages may connect: "https://example.com", NULL-terminated.
                                   NULL: those of the same host, and clients without Origin.
                                   {"*", NULL}: all */
    uint64_t message_max;       /* bytes of a message, inflated; 1 MiB. More: closed with 1009 */
    uint64_t ping_ms;           /* without input before a Ping, and again before giving up; 30 s */
    uint32_t flags, reserved0;  /* BERTH_WS_* flags */
} berth_ws_options;

/* Implemented by the handler. u: as given to accept(). Called from the top of the loop, never from
 * inside a call of the same connection. */
typedef struct berth_ws_cb {
    berth_hdr h;
    /* A whole message; the bytes are valid during the call. Text is valid UTF-8. An error closes
     * with 1011. */
    berth_status (*on_message)(void* u, berth_ws*, uint32_t kind, berth_sv message);
    /* Optional. After BERTH_AGAIN from send(): go on. */
    void (*on_writable)(void* u, berth_ws*);
    /* Optional. Exactly once, the last call for u: the code and reason of the client's Close, or
     * 1005 or 1006. */
    void (*on_close)(void* u, berth_ws*, uint32_t code, berth_sv reason);
} berth_ws_cb;

typedef struct berth_websocket_ext {
    berth_hdr h;
    /* Answers the request's handshake (RFC 6455 4.2) and opens *out. From on_request, or later
     * while nothing was answered; the request lasts as long as the connection. BERTH_E_DENIED: it
     * is no good handshake, or the server ends, and it was answered with 400, 403, 426 or 503; u is
     * not used. Other errors: nothing was answered. The callbacks last as long as the connection.
     */
    berth_status (*accept)(
        berth_http_req*, const berth_ws_options*, const berth_ws_cb*, void* u, berth_ws** out);
    /* Sends one message; segments as in berth_stream_ops.write. BERTH_OK; BERTH_AGAIN: accepted,
     * stop until on_writable; BERTH_E_LIMIT: not accepted, the client takes too little;
     * BERTH_E_STATE: closing; BERTH_E_INVAL: unknown kind, or a FILE segment, whose reference stays
     * with the caller. Text is not checked: it must be UTF-8. */
    berth_status (*send)(berth_ws*, uint32_t kind, const berth_seg*, uint32_t n);
    /* Sends a Ping with at most 125 bytes; its Pong is not reported. Statuses as send. */
    berth_status (*ping)(berth_ws*, berth_sv bytes);
    /* Sends a Close and waits a while for the client's; on_close follows. code: one that may be
     * sent, or 0 for none; reason: UTF-8, at most 123 bytes. BERTH_E_INVAL, BERTH_E_STATE. */
    berth_status (*close)(berth_ws*, uint32_t code, berth_sv reason);
    /* on != 0: no messages until called with 0; the client's window closes. */
    void (*pause)(berth_ws*, int32_t on);
    /* For other threads; the ticket's object is the berth_ws. */
    berth_ticket (*ticket)(berth_ws*);
    /* The request that it began with. */
    berth_http_req* (*request)(berth_ws*);
    /* The subprotocol agreed on, or empty. Lasts as long as the connection. */
    berth_sv (*subprotocol)(berth_ws*);
} berth_websocket_ext;

#ifdef __cplusplus
}
#endif
#endif
