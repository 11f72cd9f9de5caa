#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::file {

// Bytes of a file; never empty, never beyond its end.
struct ByteRange {
    uint64_t first = 0, length = 0;
};

constexpr size_t kRangesMax = 16;

// What a Range field asks of a file of `size` bytes.
class RangeSet {
public:
    enum class Kind : uint8_t {
        kWhole,          // no range, not of bytes, not in the grammar, or too many: send all
        kParts,          // these
        kUnsatisfiable,  // 416
    };

    // RFC 9110 14.1.2 and 14.2. Ranges come out sorted, and those that overlap or touch as one, so
    // that no byte is sent twice. More than kRangesMax of them ask for more than is sensible, and
    // get the whole file.
    static RangeSet parse(std::string_view field, uint64_t size);

    Kind kind() const { return kind_; }
    size_t count() const { return count_; }
    const ByteRange& operator[](size_t i) const { return ranges_[i]; }
    const ByteRange* begin() const { return ranges_.data(); }
    const ByteRange* end() const { return ranges_.data() + count_; }

private:
    bool add(ByteRange range);
    void merge();

    Kind kind_ = Kind::kWhole;
    size_t count_ = 0;
    // One more than are sent, so that a range may be put in before it is merged with another.
    std::array<ByteRange, kRangesMax + 1> ranges_{};
};

}  // namespace berth::file
