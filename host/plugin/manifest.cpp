#include "plugin/manifest.h"

#include "plugin/elf_file.h"
#include "plugin/pe_file.h"

#include "berth/abi.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace berth {
namespace {

constexpr std::string_view kSection = "berthman";

struct MachineName {
    Target::Format format;
    uint16_t machine;
    const char* name;
};

constexpr MachineName kMachines[] = {
    {Target::Format::kElf, 3, "x86"},
    {Target::Format::kElf, 21, "PowerPC"},
    {Target::Format::kElf, 22, "s390"},
    {Target::Format::kElf, 40, "ARM"},
    {Target::Format::kElf, 62, "x86-64"},
    {Target::Format::kElf, 183, "ARM"},
    {Target::Format::kElf, 243, "RISC-V"},
    {Target::Format::kElf, 258, "LoongArch"},
    {Target::Format::kPe, 0x14c, "x86"},
    {Target::Format::kPe, 0x8664, "x86-64"},
    {Target::Format::kPe, 0xaa64, "ARM"},
};

constexpr uint16_t host_machine() {
#if defined(__x86_64__)
    return 62;
#elif defined(__i386__)
    return 3;
#elif defined(__aarch64__)
    return 183;
#elif defined(__arm__)
    return 40;
#elif defined(__powerpc64__)
    return 21;
#elif defined(__s390x__)
    return 22;
#elif defined(__riscv)
    return 243;
#elif defined(__loongarch__)
    return 258;
#else
#error "add this machine to kMachines and host_machine()"
#endif
}

// A text of the manifest: printable ASCII, then NULs to the end.
std::optional<std::string> fixed_text(std::span<const uint8_t> field) {
    const auto end = std::find(field.begin(), field.end(), uint8_t{0});
    if (end == field.begin() || end == field.end() ||
        std::any_of(end, field.end(), [](uint8_t c) { return c != 0; })) {
        return std::nullopt;
    }
    std::string text(field.begin(), end);
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; })) {
        return std::nullopt;
    }
    return text;
}

Result<Manifest> decode_manifest(std::span<const uint8_t> bytes, bool big_endian) {
    const ByteReader reader(bytes, big_endian);
    const auto at = [&](size_t offset, unsigned width) { return *reader.integer(offset, width); };
    if (bytes.size() != sizeof(berth_manifest) ||
        at(offsetof(berth_manifest, size), 2) != sizeof(berth_manifest)) {
        return Error{"is not a plugin: its manifest has " + std::to_string(bytes.size()) +
                     " bytes instead of " + std::to_string(sizeof(berth_manifest))};
    }
    const std::string_view magic(reinterpret_cast<const char*>(bytes.data()),
                                 sizeof(berth_manifest::magic));
    if (magic != BERTH_MANIFEST_MAGIC) {
        return Error{"is not a plugin: its manifest does not begin with " BERTH_MANIFEST_MAGIC};
    }
    const auto id =
        fixed_text(bytes.subspan(offsetof(berth_manifest, id), sizeof(berth_manifest::id)));
    const auto version = fixed_text(
        bytes.subspan(offsetof(berth_manifest, version), sizeof(berth_manifest::version)));
    if (!id || !is_plugin_id(*id) || !version) {
        return Error{"is not a plugin: the id or version in its manifest is malformed"};
    }
    Manifest manifest;
    manifest.id = *id;
    manifest.version = *version;
    manifest.abi_major = static_cast<uint16_t>(at(offsetof(berth_manifest, abi_major), 2));
    manifest.abi_minor_built =
        static_cast<uint16_t>(at(offsetof(berth_manifest, abi_minor_built), 2));
    manifest.abi_minor_required =
        static_cast<uint16_t>(at(offsetof(berth_manifest, abi_minor_required), 2));
    manifest.flags = static_cast<uint32_t>(at(offsetof(berth_manifest, flags), 4));
    return manifest;
}

Result<PluginFile> decode(std::optional<std::span<const uint8_t>> section, Target target) {
    if (!section) {
        return Error{"is not a plugin: it has no section " + std::string(kSection) +
                     "; build it with berth_add_plugin()"};
    }
    auto manifest = decode_manifest(*section, target.big_endian);
    if (!manifest) {
        return manifest.error();
    }
    return PluginFile{target, std::move(manifest).value()};
}

std::string abi_version(unsigned major, unsigned minor) {
    return "ABI " + std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

bool is_plugin_id(std::string_view id) {
    const auto is_name = [](std::string_view name) {
        return !name.empty() && name.front() != '.' &&
               std::all_of(name.begin(), name.end(), [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                          c == '.' || c == '-';
               });
    };
    const size_t slash = id.find('/');
    if (slash == std::string_view::npos) {
        return is_name(id);
    }
    return is_name(id.substr(0, slash)) && is_name(id.substr(slash + 1));
}

Result<PluginFile> read_plugin_file(std::span<const uint8_t> bytes) {
    if (PeFile::is_pe(bytes)) {
        const auto pe = PeFile::parse(bytes);
        if (!pe) {
            return pe.error();
        }
        const bool wide = pe.value().machine() != 0x14c;
        return decode(pe.value().section(kSection),
                      Target{Target::Format::kPe, pe.value().machine(), wide ? 64u : 32u, false});
    }
    const auto elf = ElfFile::parse(bytes);
    if (!elf) {
        return elf.error();
    }
    return decode(elf.value().section(kSection),
                  Target{Target::Format::kElf,
                         elf.value().machine(),
                         elf.value().bits(),
                         elf.value().big_endian()});
}

Target host_target() {
    return Target{Target::Format::kElf,
                  host_machine(),
                  sizeof(void*) * 8,
                  std::endian::native == std::endian::big};
}

std::string target_name(const Target& target) {
    const auto found =
        std::find_if(std::begin(kMachines), std::end(kMachines), [&](const MachineName& known) {
            return known.format == target.format && known.machine == target.machine;
        });
    std::string name =
        found == std::end(kMachines) ? "machine " + std::to_string(target.machine) : found->name;
    name += target.bits == 64 ? " (64-bit" : " (32-bit";
    name += target.big_endian ? ", big-endian)" : ")";
    return target.format == Target::Format::kPe ? "Windows on " + name : name;
}

Status check_compatible(const PluginFile& file) {
    if (file.target != host_target()) {
        return Error{"is built for " + target_name(file.target) + ", this host is " +
                     target_name(host_target()) + ": install the build for this machine"};
    }
    const Manifest& manifest = file.manifest;
    const std::string host = ", this host speaks " + abi_version(BERTH_ABI_MAJOR, BERTH_ABI_MINOR);
    if (manifest.abi_major != BERTH_ABI_MAJOR) {
        const char* remedy = manifest.abi_major > BERTH_ABI_MAJOR
                                 ? ": upgrade berth, or install an older release of the plugin"
                                 : ": install a newer release of the plugin";
        return Error{"is built for " + abi_version(manifest.abi_major, manifest.abi_minor_built) +
                     host + remedy};
    }
    if (manifest.abi_minor_required > BERTH_ABI_MINOR) {
        return Error{"needs " + abi_version(manifest.abi_major, manifest.abi_minor_required) +
                     host + ": upgrade berth, or install an older release of the plugin"};
    }
    if ((manifest.flags & BERTH_MOD_LOAD_IN_WORKER) != 0) {
        return Error{
            "must be loaded in each worker (LOAD_IN_WORKER), this host loads plugins before it "
            "forks the workers: start threads in create() instead of load()"};
    }
    return Done{};
}

}  // namespace berth
