/* A plugin that is wrong in one way, chosen by the build; without a choice it is right. */
#include "berth_plugin_info.h"

#include <stdlib.h>

#ifndef BAD_REQUIRED
#define BAD_REQUIRED
#endif
#ifndef BAD_PROVIDED
#define BAD_PROVIDED
#endif
#ifndef BAD_MAGIC
#define BAD_MAGIC BERTH_MAGIC
#endif
#ifndef BAD_ID
#define BAD_ID BERTH_PLUGIN_ID
#endif
#ifndef BAD_SUMMARY
#define BAD_SUMMARY "A plugin of the tests"
#endif
#ifndef BAD_SCHEMA
#define BAD_SCHEMA "{\"type\": \"object\"}"
#endif

#ifdef BAD_THREAD
#include <pthread.h>
#include <unistd.h>

static void* wait_for_ever(void* unused) {
    (void)unused;
    for (;;) {
        pause();
    }
    return NULL;
}

__attribute__((constructor)) static void start_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_ever, NULL);
}
#endif

#ifdef BAD_EXPORT
/* Stands for a libcrypto that was linked in without hiding it. */
BERTH_EXPORT int EVP_EncryptInit(void);
BERTH_EXPORT int EVP_EncryptInit(void) {
    return 1;
}
#endif

#ifdef BAD_NOISE
BERTH_EXPORT int nobody_needs_this(void);
BERTH_EXPORT int nobody_needs_this(void) {
    return 1;
}
#endif

static berth_status load(const berth_host* host, void** mod) {
    (void)host;
    *mod = NULL;
#if defined(BAD_CRASH)
    abort();
#elif defined(BAD_HANG)
    for (volatile int i = 0;; i = i + 1) {
    }
#elif defined(BAD_LOAD)
    return BERTH_E_DENIED;
#endif
    return BERTH_OK;
}

static const berth_hdr extension = BERTH_HDR(berth_hdr);
static const void* get_extension(void* mod, const char* id) {
    (void)mod;
    (void)id;
#ifdef BAD_PROMISE
    return NULL;
#endif
    return &extension;
}

static berth_status create(void* mod, const berth_cfg* settings, void* shared, void** inst) {
    (void)settings;
    (void)shared;
    *inst = mod;
    return BERTH_OK;
}

static void destroy(void* inst) {
    (void)inst;
}

static const berth_factory factory = {
    .h = BERTH_HDR(berth_factory),
    .kind = "test.kind/1",
    .name = BERTH_PLUGIN_ID,
    .config_schema = BAD_SCHEMA,
    .summary = "A factory of the tests",
    .ops = &extension,
    .create = create,
    .destroy = destroy,
};

static const char* const required[] = {BAD_REQUIRED NULL};
static const char* const provides[] = {BAD_PROVIDED NULL};
static const berth_factory* const factories[] = {
    &factory,
#ifdef BAD_TWICE
    &factory,
#endif
    NULL,
};
static const berth_module module = {
    .h = BERTH_HDR(berth_module),
    .magic = BAD_MAGIC,
    .abi_major = BERTH_ABI_MAJOR,
    .abi_minor_built = BERTH_ABI_MINOR,
    .abi_minor_required = BERTH_PLUGIN_REQUIRED,
    .flags = BERTH_PLUGIN_FLAGS,
    .id = BAD_ID,
    .version = BERTH_PLUGIN_VERSION,
    .vendor = "Berth",
    .license = "Apache-2.0",
    .summary = BAD_SUMMARY,
    .required = required,
    .provides = provides,
    .factories = factories,
    .load = load,
    .get_extension = get_extension,
};

const berth_module* berth_module_v1(void) {
    return &module;
}
