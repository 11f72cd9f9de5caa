/* hello: answers every request with one text. The smallest handler, and the one to read first. */
#include "berth_plugin_info.h"

#include "berth/berth.h"

#include <stdlib.h>

typedef struct module {
    const berth_config_ext* config;
    const berth_http_ext* http;
} module;

/* One `hello:` of a site file, in one worker. The answer is made once and only sent afterwards. */
typedef struct hello {
    const berth_http_ext* http;
    berth_http_resp response;
    berth_seg body;
} hello;

static const berth_header kType = {{"content-type", 12}, {"text/plain; charset=utf-8", 25}};

static berth_status create(void* mod, const berth_cfg* settings, void* shared, void** inst) {
    const module* self = mod;
    berth_sv message = self->config->str(self->config->get(settings, "message"));
    int64_t keep = self->config->i64(self->config->get(settings, "keep_alive"));
    hello made = {self->http, {BERTH_HDR(berth_http_resp), 200, 0, &kType, 1, 0, 0}, {0}};
    (void)shared;
    made.response.flags = keep ? 0 : BERTH_RESP_CLOSE;
    made.body.kind = BERTH_SEG_COPY; /* the settings may be gone before a slow reader has it all */
    made.body.u.mem = message.p;
    made.body.len = message.n;
    if ((*inst = malloc(sizeof made)) == NULL) {
        return BERTH_E_NOMEM;
    }
    *(hello*)*inst = made;
    return BERTH_OK;
}

static berth_status on_request(void* inst, berth_http_req* request) {
    const hello* self = inst;
    berth_status status = self->http->respond(request, &self->response, &self->body, 1);
    return status < 0 ? status : BERTH_OK; /* BERTH_AGAIN: accepted, and nothing more to send */
}

static berth_status load(const berth_host* host, void** mod) {
    module* made = malloc(sizeof *made);
    if (made == NULL) {
        return BERTH_E_NOMEM;
    }
    made->config = host->get_extension(host, BERTH_CONFIG_EXT);
    made->http = host->get_extension(host, BERTH_HTTP_EXT);
    *mod = made;
    return BERTH_OK;
}

/* clang-format off */
static const berth_http_handler_ops kOps = { .h = BERTH_HDR(berth_http_handler_ops), .on_request = on_request };

static const berth_factory kFactory = {
    BERTH_HDR(berth_factory), BERTH_HTTP_HANDLER_KIND, "hello", berth_schema_hello, "answers with one text",
    0, 0, &kOps, NULL, create, NULL, free
};

static const char* const kRequired[] = { BERTH_CONFIG_EXT, BERTH_HTTP_EXT, NULL };
static const char* const kProvides[] = { NULL };
static const berth_factory* const kFactories[] = { &kFactory, NULL };
static const berth_module kModule = {
    BERTH_HDR(berth_module), BERTH_MAGIC, BERTH_ABI_MAJOR, BERTH_ABI_MINOR, BERTH_PLUGIN_REQUIRED, 0,
    BERTH_PLUGIN_FLAGS, BERTH_PLUGIN_ID, BERTH_PLUGIN_VERSION, "Berth", "Apache-2.0", "Answers with one text",
    kRequired, kProvides, kFactories, load, NULL, free
};
/* clang-format on */

const berth_module* berth_module_v1(void) {
    return &kModule;
}
