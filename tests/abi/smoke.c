/* The least that a plugin can be. */
#include "berth_plugin_info.h"

static berth_status load(const berth_host *host, void **mod) {
    (void)host;
    *mod = NULL;
    return BERTH_OK;
}

static const char *const none[] = { NULL };
static const berth_factory *const no_factories[] = { NULL };
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
    .summary = "Does nothing",
    .required = none,
    .provides = none,
    .factories = no_factories,
    .load = load,
};

const berth_module *berth_module_v1(void) {
    return &module;
}
