#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::compress {

enum class Coding : uint8_t { kIdentity, kGzip, kBrotli, kZstd };
constexpr size_t kCodings = 4;

// As Content-Encoding has it.
std::string_view name_of(Coding coding);

// What the Accept-Encoding fields of a request ask for, RFC 9110 12.5.3.
class AcceptEncoding {
public:
    // One field. Items that are not in the grammar count as if they were not there.
    void add(std::string_view field);

    // Thousandths of how much the coding is wanted; 0: not acceptable. Identity is acceptable
    // unless it is said not to be, but anything that is asked for is better.
    uint16_t weight(Coding coding) const;

private:
    static constexpr uint16_t kUnsaid = 0xffff;
    std::array<uint16_t, kCodings> said_{kUnsaid, kUnsaid, kUnsaid, kUnsaid};
    uint16_t others_ = kUnsaid;  // "*"
};

}  // namespace berth::compress
