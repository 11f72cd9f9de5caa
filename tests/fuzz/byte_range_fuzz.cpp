#include "byte_range.h"
#include "support/fuzz_input.h"

#include "berth/cpp/text.hpp"

#include <cstdint>
#include <string_view>

// The first line is the size of the file, the rest the field. Ranges are sorted, apart from each
// other, inside the file, and no more than sensible; a field that names one byte gets a part that
// has it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace berth::file;
    using berth::testing::require;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
    const uint64_t length = berth::sdk::parse_decimal(line).value_or(size);
    const RangeSet set = RangeSet::parse(text, length);
    const bool parts = set.kind() == RangeSet::Kind::kParts;
    require(parts == (set.count() != 0) && set.count() <= kRangesMax);
    uint64_t end = 0;
    for (const ByteRange& range : set) {
        require(&range == set.begin() || range.first > end);
        require(range.length != 0 && range.first < length && range.length <= length - range.first);
        end = range.first + range.length;
    }
    return 0;
}
