/* A plugin without CMake: berth.pc tells the flags, BERTH_MANIFEST writes the manifest. */
#include <berth/abi.h>
#include <berth/manifest.h>

#define PLAIN_ID "acme/plain"
#define PLAIN_VERSION "0.3"
BERTH_MANIFEST(PLAIN_ID, PLAIN_VERSION, 0, 0)

static berth_status load(const berth_host* host, void** mod) {
    (void)host;
    *mod = NULL;
    return BERTH_OK;
}

static const char* const none[] = {NULL};
static const berth_factory* const no_factories[] = {NULL};
static const berth_module module = {BERTH_HDR(berth_module),
                                    BERTH_MAGIC,
                                    BERTH_ABI_MAJOR,
                                    BERTH_ABI_MINOR,
                                    0,
                                    0,
                                    0,
                                    PLAIN_ID,
                                    PLAIN_VERSION,
                                    "Acme",
                                    "MIT",
                                    "Does nothing",
                                    none,
                                    none,
                                    no_factories,
                                    load,
                                    NULL,
                                    NULL};

const berth_module* berth_module_v1(void) {
    return &module;
}
