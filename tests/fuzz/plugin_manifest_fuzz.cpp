// A file that claims to be a plugin: nothing outside of it is read, and what is accepted keeps its
// promises.
#include "plugin/elf_file.h"
#include "plugin/manifest.h"
#include "plugin/symbol_audit.h"

#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::vector<uint8_t> copy(data, data + size);  // with its own bounds
    const std::span<const uint8_t> bytes(copy);
    const auto file = berth::read_plugin_file(bytes);
    if (file) {
        const berth::Manifest& manifest = file.value().manifest;
        if (!berth::is_plugin_id(manifest.id) || manifest.id.size() > 63 ||
            manifest.version.empty() || manifest.version.size() > 31 || size < 128) {
            std::abort();
        }
        (void)berth::check_compatible(file.value());
    }
    (void)berth::audit_symbols(bytes);
    return 0;
}
