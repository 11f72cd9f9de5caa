/* Puts the manifest into a plugin's file. berth_add_plugin() generates the use of it; a plugin that
 * is built without CMake writes it once, outside of functions:
 *
 *     BERTH_MANIFEST("acme/geo", "1.4", 0, 0)
 */
#ifndef BERTH_MANIFEST_H
#define BERTH_MANIFEST_H

#include "berth/abi.h"

#if defined(__ELF__) && defined(__has_attribute)
#if __has_attribute(retain)
#define BERTH_MANIFEST_SECTION __attribute__((section("berthman"), used, retain))
#endif
#endif
#if defined(_MSC_VER) && !defined(__clang__)
#pragma section("berthman", read)
#define BERTH_MANIFEST_SECTION __declspec(allocate("berthman"))
#elif !defined(BERTH_MANIFEST_SECTION)
#define BERTH_MANIFEST_SECTION __attribute__((section("berthman"), used))
#endif

/* id and version: as in berth_module; required: lowest ABI minor; flags: BERTH_MOD_*. The magic is
 * spelled out because it fills its member to the last byte, which C++ does not allow a string to
 * do. */
#define BERTH_MANIFEST(id, version, required, flags)                                      \
    BERTH_MANIFEST_SECTION static const berth_manifest berth_plugin_manifest = {          \
        {'b', 'e', 'r', 't', 'h', '-', 'm', 'a', 'n', 'i', 'f', 'e', 's', 't', '/', '1'}, \
        BERTH_CAST(uint16_t, sizeof(berth_manifest)),                                     \
        BERTH_ABI_MAJOR,                                                                  \
        BERTH_ABI_MINOR,                                                                  \
        required,                                                                         \
        flags,                                                                            \
        0,                                                                                \
        id,                                                                               \
        version};

#endif
