/* annoyer: prints every few seconds how long the server runs and how many connections it has
 * accepted. The reading example for a filter of connections, for timers, and for values that all
 * workers share. */
#include "berth_plugin_info.h"

#include "berth/config.h"
#include "berth/conn_filter.h"
#include "berth/loop.h"
#include "berth/worker.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct module {
    const berth_host* host;
    const berth_config_ext* config;
    const berth_loop_ext* loop;
    const berth_worker_ext* worker;
} module;

typedef struct annoyer {
    const module* mod;
    berth_timer* timer;
} annoyer;

static const berth_sv kConnections = {"annoyer/connections", 19};
static const berth_sv kStarted = {"annoyer/started", 15};

static void print(void* user) {
    const module* mod = ((const annoyer*)user)->mod;
    int64_t connections = 0, started = 0;
    char text[128];
    uint64_t up;
    int n;
    mod->worker->kv_add(kConnections, 0, 0, &connections);
    mod->worker->kv_add(kStarted, 0, 0, &started);
    up = (mod->loop->now_ms() - (uint64_t)started) / 1000;
    n = snprintf(text,
                 sizeof text,
                 "Uptime => %llum %llus | Connections => %lld",
                 (unsigned long long)(up / 60),
                 (unsigned long long)(up % 60),
                 (long long)connections);
    mod->host->log(mod->host, user, BERTH_LOG_INFO, (berth_sv){text, (size_t)n});
}

/* One line for the whole server: the first worker prints it. */
static berth_status create(void* opaque, const berth_cfg* settings, void* shared, void** inst) {
    const module* mod = opaque;
    annoyer* self = calloc(1, sizeof *self);
    int64_t nobody = 0;
    (void)shared;
    if (self == NULL) {
        return BERTH_E_NOMEM;
    }
    self->mod = mod;
    mod->worker->kv_swap(kStarted, &nobody, (int64_t)mod->loop->now_ms(), 0);
    if (mod->worker->worker_id() == 0) {
        const double seconds = mod->config->f64(mod->config->get(settings, "period"));
        const uint64_t ms = (uint64_t)(seconds * 1000);
        self->timer = mod->loop->timer(ms, ms, print, self);
    }
    *inst = self;
    return BERTH_OK;
}

static void destroy(void* inst) {
    annoyer* self = inst;
    if (self->timer != NULL) {
        self->mod->loop->timer_cancel(self->timer);
    }
    free(self);
}

static berth_status on_accept(void* inst, berth_conn* conn) {
    const annoyer* self = inst;
    int64_t connections = 0;
    (void)conn;
    self->mod->worker->kv_add(kConnections, 1, 0, &connections);
    return BERTH_OK;
}

static berth_status load(const berth_host* host, void** mod) {
    module* made = malloc(sizeof *made);
    if (made == NULL) {
        return BERTH_E_NOMEM;
    }
    made->host = host;
    made->config = host->get_extension(host, BERTH_CONFIG_EXT);
    made->loop = host->get_extension(host, BERTH_LOOP_EXT);
    made->worker = host->get_extension(host, BERTH_WORKER_EXT);
    *mod = made;
    return BERTH_OK; /* the host has seen to it that what is required is there */
}

static const berth_conn_filter_ops kOps = {
    .h = BERTH_HDR(berth_conn_filter_ops),
    .on_accept = on_accept,
};

static const berth_factory kFactory = {
    .h = BERTH_HDR(berth_factory),
    .kind = BERTH_CONN_FILTER_KIND,
    .name = "annoyer",
    .config_schema = berth_schema_annoyer,
    .summary = "prints uptime and connections",
    .ops = &kOps,
    .create = create,
    .destroy = destroy,
};

static const char* const kRequired[] = {BERTH_CONFIG_EXT, BERTH_LOOP_EXT, BERTH_WORKER_EXT, NULL};
static const char* const kProvides[] = {NULL};
static const berth_factory* const kFactories[] = {&kFactory, NULL};

static const berth_module kModule = {
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
    .summary = "Prints uptime and connections",
    .required = kRequired,
    .provides = kProvides,
    .factories = kFactories,
    .load = load,
    .unload = free,
};

const berth_module* berth_module_v1(void) {
    return &kModule;
}
