#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace berth {

// Integers and texts of a file of either byte order. Whatever lies beyond its end is refused, so a
// parser built on it reads nothing outside.
class ByteReader {
public:
    ByteReader() = default;
    ByteReader(std::span<const uint8_t> bytes, bool big_endian)
        : bytes_(bytes), big_endian_(big_endian) {}

    size_t size() const { return bytes_.size(); }

    std::optional<std::span<const uint8_t>> bytes(uint64_t offset, uint64_t length) const {
        if (offset > bytes_.size() || length > bytes_.size() - offset) {
            return std::nullopt;
        }
        return bytes_.subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
    }

    // An unsigned integer of 1 to 8 bytes.
    std::optional<uint64_t> integer(uint64_t offset, unsigned width) const {
        const auto field = bytes(offset, width);
        if (!field) {
            return std::nullopt;
        }
        uint64_t value = 0;
        for (unsigned i = 0; i < width; ++i) {
            value = value << 8 | (*field)[big_endian_ ? i : width - 1 - i];
        }
        return value;
    }

    // From offset up to a NUL, which must be there.
    std::optional<std::string_view> text(uint64_t offset) const {
        if (offset >= bytes_.size()) {
            return std::nullopt;
        }
        const auto rest = bytes_.subspan(static_cast<size_t>(offset));
        const auto* start = reinterpret_cast<const char*>(rest.data());
        const void* end = std::memchr(start, 0, rest.size());
        if (end == nullptr) {
            return std::nullopt;
        }
        return std::string_view(start, static_cast<size_t>(static_cast<const char*>(end) - start));
    }

    ByteReader part(std::span<const uint8_t> bytes) const { return ByteReader(bytes, big_endian_); }

private:
    std::span<const uint8_t> bytes_;
    bool big_endian_ = false;
};

}  // namespace berth
