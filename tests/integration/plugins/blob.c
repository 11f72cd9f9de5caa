/* A body of any length for tests: GET sends the configured number of bytes, where the byte at
 * offset n is n % 251; with the query `chunked` their number is not announced. Every other method
 * counts the body that it gets and answers "<n> bytes". */
#include "berth_plugin_info.h"

#include "berth/config.h"
#include "berth/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD 251u
#define PATTERN_BYTES \
    (PERIOD * 256u) /* a whole number of periods, so that every piece begins with byte 0 */

typedef struct {
    const berth_host* host;
    const berth_http_ext* http;
    const berth_config_ext* config;
    uint8_t pattern[PATTERN_BYTES];
} blob_module;

typedef struct {
    blob_module* mod;
    uint64_t bytes;
} blob;

/* What one request has moved so far. */
typedef struct {
    uint64_t moved;
} transfer;

static berth_status load(const berth_host* host, void** mod) {
    blob_module* self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return BERTH_E_NOMEM;
    }
    self->host = host;
    self->http = host->get_extension(host, BERTH_HTTP_EXT);
    self->config = host->get_extension(host, BERTH_CONFIG_EXT);
    for (size_t i = 0; i < PATTERN_BYTES; ++i) {
        self->pattern[i] = (uint8_t)(i % PERIOD);
    }
    *mod = self;
    return BERTH_OK;
}

static void unload(void* mod) {
    free(mod);
}

static berth_status create(void* mod, const berth_cfg* cfg, void* shared, void** inst) {
    blob_module* module = mod;
    blob* self = malloc(sizeof(*self));
    (void)shared;
    if (self == NULL) {
        return BERTH_E_NOMEM;
    }
    self->mod = module;
    self->bytes = (uint64_t)module->config->i64(module->config->get(cfg, "bytes"));
    *inst = self;
    return BERTH_OK;
}

static void destroy(void* inst) {
    free(inst);
}

/* Writes until there is no more or the stream says stop. */
static void pump(blob* self, berth_http_req* req) {
    const berth_http_ext* http = self->mod->http;
    transfer* t = req->user;
    while (t->moved < self->bytes) {
        uint64_t left = self->bytes - t->moved;
        berth_seg piece = {BERTH_SEG_STATIC, 0, {self->mod->pattern}, 0, {0}};
        piece.len = left < PATTERN_BYTES ? left : PATTERN_BYTES;
        berth_status status = http->body(req, &piece, 1);
        if (status < 0) {
            http->abort(req, status);
            return;
        }
        t->moved += piece.len;
        if (status == BERTH_AGAIN) {
            return;
        }
    }
    http->end(req, NULL, 0);
}

static berth_status send_pattern(blob* self, berth_http_req* req) {
    static const char chunked[] = "chunked";
    int announced =
        req->query.n != sizeof(chunked) - 1 || memcmp(req->query.p, chunked, req->query.n) != 0;
    berth_http_resp head = {BERTH_HDR(berth_http_resp), 200, 0, NULL, 0, 0, 0};
    head.content_length = announced ? self->bytes : BERTH_LENGTH_UNKNOWN;
    berth_status status = self->mod->http->start(req, &head);
    if (status < 0) {
        return status;
    }
    if (req->method == BERTH_M_HEAD) {
        return self->mod->http->end(req, NULL, 0);
    }
    pump(self, req);
    return BERTH_OK;
}

static berth_status send_count(blob* self, berth_http_req* req) {
    char text[40];
    const transfer* t = req->user;
    int n = snprintf(text, sizeof(text), "%llu bytes\n", (unsigned long long)t->moved);
    berth_http_resp head = {BERTH_HDR(berth_http_resp), 200, 0, NULL, 0, 0, (uint64_t)n};
    berth_seg body = {BERTH_SEG_COPY, 0, {text}, (uint64_t)n, {0}};
    berth_status status = self->mod->http->respond(req, &head, &body, 1);
    return status < 0 ? status : BERTH_OK;
}

static berth_status on_request(void* inst, berth_http_req* req) {
    blob* self = inst;
    transfer* t = berth_alloc(self->mod->host, req->arena, sizeof(*t));
    if (t == NULL) {
        return BERTH_E_NOMEM;
    }
    t->moved = 0;
    req->user = t;
    if (req->method == BERTH_M_GET || req->method == BERTH_M_HEAD) {
        return send_pattern(self, req);
    }
    return req->has_body ? BERTH_OK : send_count(self, req);
}

static berth_status on_body(
    void* inst, berth_http_req* req, berth_rbuf* bufs, uint32_t n, int32_t last) {
    transfer* t = req->user;
    for (uint32_t i = 0; i < n; ++i) {
        t->moved += bufs[i].n;
        bufs[i].p += bufs[i].n;
        bufs[i].n = 0;
    }
    return last ? send_count(inst, req) : BERTH_OK;
}

static void on_writable(void* inst, berth_http_req* req) {
    pump(inst, req);
}

static const berth_http_handler_ops ops = {
    .h = BERTH_HDR(berth_http_handler_ops),
    .on_request = on_request,
    .on_body = on_body,
    .on_writable = on_writable,
};
static const berth_factory factory = {
    .h = BERTH_HDR(berth_factory),
    .kind = BERTH_HTTP_HANDLER_KIND,
    .name = "blob",
    .config_schema = berth_schema_blob,
    .summary = "A body of any length",
    .ops = &ops,
    .create = create,
    .destroy = destroy,
};
static const char* const required[] = {BERTH_HTTP_EXT, BERTH_CONFIG_EXT, NULL};
static const char* const nothing[] = {NULL};
static const berth_factory* const factories[] = {&factory, NULL};
static const berth_module module = {
    .h = BERTH_HDR(berth_module),
    .magic = BERTH_MAGIC,
    .abi_major = BERTH_ABI_MAJOR,
    .abi_minor_built = BERTH_ABI_MINOR,
    .abi_minor_required = BERTH_PLUGIN_REQUIRED,
    .flags = BERTH_PLUGIN_FLAGS,
    .id = BERTH_PLUGIN_ID,
    .version = BERTH_PLUGIN_VERSION,
    .vendor = "Berth",
    .license = "Apache-2.0",
    .summary = "Bodies for tests",
    .required = required,
    .provides = nothing,
    .factories = factories,
    .load = load,
    .unload = unload,
};

const berth_module* berth_module_v1(void) {
    return &module;
}
