#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace berth {

// What a plugin's file says about itself before any of its code runs.
struct Manifest {
    std::string id, version;
    uint16_t abi_major = 0, abi_minor_built = 0, abi_minor_required = 0;
    uint32_t flags = 0;  // BERTH_MOD_*
};

// What a shared object was built for.
struct Target {
    enum class Format { kElf, kPe } format = Format::kElf;
    uint16_t machine = 0;  // number of the format
    unsigned bits = 64;
    bool big_endian = false;

    bool operator==(const Target&) const = default;
};

struct PluginFile {
    Target target;
    Manifest manifest;
};

// "hello", or "vendor/name" for third parties.
bool is_plugin_id(std::string_view id);

// Finds the manifest in the bytes of a file. Errors go on from the file's name: "is not a plugin:
// ...".
Result<PluginFile> read_plugin_file(std::span<const uint8_t> bytes);

// The target of this very program.
Target host_target();
// "x86-64", "64-bit ARM", "Windows, x86-64", ...
std::string target_name(const Target& target);

// Can this host run it? Errors as above, with what to do.
Status check_compatible(const PluginFile& file);

}  // namespace berth
