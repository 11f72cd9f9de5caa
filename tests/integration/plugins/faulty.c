/* A handler that does what handlers should not: GET /crash ends the worker, /hold is never answered
 * and its body never taken; everything else answers "up". Its timer outlives its instances: it is
 * cancelled at the very last, and the log says when.
 */
#include "berth_plugin_info.h"

#include "berth/http.h"
#include "berth/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS 3600000u

typedef struct {
    const berth_host* host;
    const berth_http_ext* http;
    const berth_loop_ext* loop;
    berth_timer* timer;
} faulty;

static berth_status load(const berth_host* host, void** mod) {
    faulty* self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return BERTH_E_NOMEM;
    }
    self->host = host;
    self->http = host->get_extension(host, BERTH_HTTP_EXT);
    self->loop = host->get_extension(host, BERTH_LOOP_EXT);
    *mod = self;
    return BERTH_OK;
}

static void unload(void* mod) {
    static const char at_last[] = "faulty ends while the loop is there";
    faulty* self = mod;
    if (self->loop->now_ms() != 0 && self->timer != NULL) {
        self->loop->timer_cancel(self->timer);
        self->host->log(self->host, NULL, BERTH_LOG_INFO, (berth_sv){at_last, sizeof(at_last) - 1});
    }
    free(self);
}

static void on_timer(void* user) {
    (void)user;
}

static berth_status create(void* mod, const berth_cfg* cfg, void* shared, void** inst) {
    faulty* self = mod;
    (void)cfg;
    (void)shared;
    if (self->timer == NULL) {
        self->timer = self->loop->timer(HOUR_MS, HOUR_MS, on_timer, NULL);
    }
    *inst = self;
    return BERTH_OK;
}

static void destroy(void* inst) {
    (void)inst;
}

static int is_path(const berth_http_req* req, const char* path) {
    return req->path.n == strlen(path) && memcmp(req->path.p, path, req->path.n) == 0;
}

static berth_status on_request(void* inst, berth_http_req* req) {
    const berth_http_ext* http = ((faulty*)inst)->http;
    if (is_path(req, "/crash")) {
        raise(SIGSEGV);
    }
    if (is_path(req, "/hold")) {
        http->body_pause(req, 1);
        return BERTH_OK;
    }
    berth_http_resp head = {BERTH_HDR(berth_http_resp), 200, 0, NULL, 0, 0, 2};
    berth_seg body = {BERTH_SEG_STATIC, 0, {"up"}, 2, {0}};
    berth_status status = http->respond(req, &head, &body, 1);
    return status < 0 ? status : BERTH_OK;
}

static const berth_http_handler_ops ops = {
    .h = BERTH_HDR(berth_http_handler_ops),
    .on_request = on_request,
};
static const berth_factory factory = {
    .h = BERTH_HDR(berth_factory),
    .kind = BERTH_HTTP_HANDLER_KIND,
    .name = "faulty",
    .config_schema = berth_schema_faulty,
    .summary = "Crashes when asked",
    .ops = &ops,
    .create = create,
    .destroy = destroy,
};
static const char* const required[] = {BERTH_HTTP_EXT, BERTH_LOOP_EXT, NULL};
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
    .summary = "Crashes for tests",
    .required = required,
    .provides = nothing,
    .factories = factories,
    .load = load,
    .unload = unload,
};

const berth_module* berth_module_v1(void) {
    return &module;
}
