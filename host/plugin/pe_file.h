#pragma once

#include "base/result.h"
#include "plugin/byte_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth {

// Sections of a Windows DLL. Reads the bytes that it was given and nothing else; they must outlive
// it.
class PeFile {
public:
    static bool is_pe(std::span<const uint8_t> bytes);
    static Result<PeFile> parse(std::span<const uint8_t> bytes);

    uint16_t machine() const { return machine_; }
    // name: at most 8 characters, as the format has room for.
    std::optional<std::span<const uint8_t>> section(std::string_view name) const;

private:
    ByteReader file_;
    uint16_t machine_ = 0;
    uint64_t section_table_ = 0, section_count_ = 0;
};

}  // namespace berth
