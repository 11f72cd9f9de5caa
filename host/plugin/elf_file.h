#pragma once

#include "base/result.h"
#include "plugin/byte_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace berth {

// What the loader wants to know of an ELF shared object before any of its code runs. Reads the
// bytes that it was given and nothing else; they must outlive it.
class ElfFile {
public:
    static bool is_elf(std::span<const uint8_t> bytes);
    static Result<ElfFile> parse(std::span<const uint8_t> bytes);

    uint16_t machine() const { return machine_; }
    unsigned bits() const { return wide_ ? 64 : 32; }
    bool big_endian() const { return big_endian_; }

    std::optional<std::span<const uint8_t>> section(std::string_view name) const;
    // Names of the dynamic symbols that it defines for others.
    Result<std::vector<std::string_view>> exports() const;
    // Names of the libraries that it is linked with.
    Result<std::vector<std::string_view>> needed() const;

private:
    struct Section {
        uint64_t name, type, offset, size, link;
    };

    std::optional<Section> read_section(uint64_t index, uint64_t table, uint64_t entry) const;
    std::optional<std::span<const uint8_t>> contents(const Section& section) const;
    const Section* find(uint64_t type) const;
    std::optional<ByteReader> strings_of(const Section& section) const;

    ByteReader file_;
    bool wide_ = true, big_endian_ = false;
    uint16_t machine_ = 0;
    std::vector<Section> sections_;
    ByteReader names_;
};

}  // namespace berth
