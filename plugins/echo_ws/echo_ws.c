/* echo_ws: sends every WebSocket message back. The smallest handler of berth.websocket/1. */
#include "berth_plugin_info.h"

#include "berth/berth.h"

#include <stdlib.h>

typedef struct module {
    const berth_config_ext* config;
    const berth_websocket_ext* websocket;
} module;

/* One `echo_ws:` of a site file, in one worker. */
typedef struct echo {
    const berth_websocket_ext* websocket;
    berth_ws_options options;
    const char* origins[2]; /* {"*", NULL} where any page may connect */
} echo;

static berth_status on_message(void* u, berth_ws* ws, uint32_t kind, berth_sv message) {
    const echo* self = u;
    berth_seg answer = {BERTH_SEG_COPY, 0, {0}, 0, {0}};
    answer.u.mem = message.p;
    answer.len = message.n;
    return self->websocket->send(ws, kind, &answer, 1);
}

static const berth_ws_cb kCallbacks = {BERTH_HDR(berth_ws_cb), on_message, NULL, NULL};

static berth_status on_request(void* inst, berth_http_req* request) {
    echo* self = inst;
    berth_ws* ws = NULL;
    return self->websocket->accept(request, &self->options, &kCallbacks, self, &ws);
}

static berth_status create(void* mod, const berth_cfg* settings, void* shared, void** inst) {
    const module* self = mod;
    const berth_config_ext* config = self->config;
    echo* made = calloc(1, sizeof *made);
    (void)shared;
    if (made == NULL) {
        return BERTH_E_NOMEM;
    }
    made->websocket = self->websocket;
    made->options.h.size = sizeof made->options;
    made->options.message_max = (uint64_t)config->i64(config->get(settings, "message_max"));
    made->options.ping_ms = (uint64_t)config->i64(config->get(settings, "ping"));
    if (config->i64(config->get(settings, "compression"))) {
        made->options.flags = BERTH_WS_COMPRESS;
    }
    if (config->i64(config->get(settings, "any_origin"))) {
        made->origins[0] = "*";
        made->options.origins = made->origins;
    }
    *inst = made;
    return BERTH_OK;
}

static berth_status load(const berth_host* host, void** mod) {
    module* made = malloc(sizeof *made);
    if (made == NULL) {
        return BERTH_E_NOMEM;
    }
    made->config = host->get_extension(host, BERTH_CONFIG_EXT);
    made->websocket = host->get_extension(host, BERTH_WEBSOCKET_EXT);
    *mod = made;
    return BERTH_OK;
}

/* clang-format off */
static const berth_http_handler_ops kOps = { .h = BERTH_HDR(berth_http_handler_ops), .on_request = on_request };

static const berth_factory kFactory = {
    BERTH_HDR(berth_factory), BERTH_HTTP_HANDLER_KIND, "echo_ws", berth_schema_echo_ws,
    "sends WebSocket messages back", 0, 0, &kOps, NULL, create, NULL, free
};

static const char* const kRequired[] = { BERTH_CONFIG_EXT, BERTH_HTTP_EXT, BERTH_WEBSOCKET_EXT, NULL };
static const char* const kProvides[] = { NULL };
static const berth_factory* const kFactories[] = { &kFactory, NULL };
static const berth_module kModule = {
    BERTH_HDR(berth_module), BERTH_MAGIC, BERTH_ABI_MAJOR, BERTH_ABI_MINOR, BERTH_PLUGIN_REQUIRED, 0,
    BERTH_PLUGIN_FLAGS, BERTH_PLUGIN_ID, BERTH_PLUGIN_VERSION, "Berth", "Apache-2.0",
    "Sends WebSocket messages back", kRequired, kProvides, kFactories, load, NULL, free
};
/* clang-format on */

const berth_module* berth_module_v1(void) {
    return &kModule;
}
