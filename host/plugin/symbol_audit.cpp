#include "plugin/symbol_audit.h"

#include "plugin/elf_file.h"

#include <algorithm>
#include <array>

namespace berth {
namespace {

constexpr std::string_view kEntry = "berth_module_v1";
constexpr std::string_view kEntryFamily = "berth_module_v";
constexpr const char* kRemedy =
    ": build it with berth_add_plugin(), or link with "
    "-Wl,--exclude-libs,ALL -Wl,--version-script and export only berth_module_v1";

// Libraries that a plugin may contain but must keep to itself: two copies under one name bind to
// each other's functions.
constexpr std::array<std::string_view, 17> kLibraryPrefixes = {"SSL_",
                                                               "EVP_",
                                                               "CRYPTO_",
                                                               "OPENSSL_",
                                                               "X509_",
                                                               "nghttp2_",
                                                               "ares_",
                                                               "deflate",
                                                               "inflate",
                                                               "crc32",
                                                               "adler32",
                                                               "Brotli",
                                                               "ZSTD_",
                                                               "sqlite3_",
                                                               "curl_",
                                                               "PCRE2_",
                                                               "pcre2_"};

// Libraries of which one process holds one major version, and the one that this host is built with.
struct SharedLibraryMajor {
    std::string_view stem, major;
};
constexpr std::array<SharedLibraryMajor, 3> kHostMajors = {
    {{"libssl.so.", "3"}, {"libcrypto.so.", "3"}, {"libstdc++.so.", "6"}}};

bool is_harmless(std::string_view name) {
    constexpr std::array<std::string_view, 5> kLinkers = {
        "_init", "_fini", "__bss_start", "_edata", "_end"};
    return name.starts_with(kEntryFamily) || name.starts_with("__odr_asan.") ||
           std::find(kLinkers.begin(), kLinkers.end(), name) != kLinkers.end();
}

bool belongs_to_a_library(std::string_view name) {
    return std::any_of(kLibraryPrefixes.begin(),
                       kLibraryPrefixes.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

Status check_needed(std::string_view library) {
    for (const SharedLibraryMajor& known : kHostMajors) {
        if (!library.starts_with(known.stem)) {
            continue;
        }
        const std::string_view version = library.substr(known.stem.size());
        if (version.substr(0, version.find('.')) != known.major) {
            return Error{"is linked with " + std::string(library) + ", this host with " +
                         std::string(known.stem) + std::string(known.major) +
                         ": rebuild the plugin for this release of the system"};
        }
    }
    return Done{};
}

}  // namespace

Result<std::vector<std::string>> audit_symbols(const SymbolNames& names) {
    std::vector<std::string_view> odd;
    for (const std::string_view name : names.exports) {
        if (belongs_to_a_library(name)) {
            return Error{"exports " + std::string(name) +
                         "() of a library that other plugins use, too" + kRemedy};
        }
        if (!is_harmless(name)) {
            odd.push_back(name);
        }
    }
    if (std::find(names.exports.begin(), names.exports.end(), kEntry) == names.exports.end()) {
        return Error{"is not a plugin: it does not export " + std::string(kEntry) + "()"};
    }
    for (const std::string_view library : names.needed) {
        if (auto checked = check_needed(library); !checked) {
            return checked.error();
        }
    }
    std::vector<std::string> warnings;
    if (!odd.empty()) {
        warnings.push_back("exports " + std::to_string(odd.size()) +
                           " symbol(s) that nobody needs, such as " + std::string(odd.front()) +
                           kRemedy);
    }
    return warnings;
}

Result<std::vector<std::string>> audit_symbols(std::span<const uint8_t> file) {
    const auto elf = ElfFile::parse(file);
    if (!elf) {
        return elf.error();
    }
    auto exports = elf.value().exports();
    if (!exports) {
        return exports.error();
    }
    auto needed = elf.value().needed();
    if (!needed) {
        return needed.error();
    }
    return audit_symbols(SymbolNames{std::move(exports).value(), std::move(needed).value()});
}

}  // namespace berth
