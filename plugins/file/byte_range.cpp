#include "byte_range.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <optional>

namespace berth::file {
namespace {

// kIgnored: malformed, or of an empty file, which is sent as it is to those who ask for its
// beginning.
enum class Spec : uint8_t { kRange, kBeyond, kIgnored };

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), sdk::is_digit);
}

// RFC 9110 14.1.2: what no 64 bits hold is more than any file has.
uint64_t number_of(std::string_view digits) {
    return sdk::parse_decimal(digits).value_or(UINT64_MAX);
}

// "-5": the last five bytes.
Spec parse_suffix(std::string_view digits, uint64_t size, ByteRange& out) {
    const uint64_t wanted = number_of(digits), length = std::min(wanted, size);
    out = {size - length, length};
    return length != 0 ? Spec::kRange : wanted == 0 ? Spec::kBeyond : Spec::kIgnored;
}

// "5-9", "5-" or "-5".
Spec parse_spec(std::string_view spec, uint64_t size, ByteRange& out) {
    const size_t dash = spec.find('-');
    if (dash == std::string_view::npos) {
        return Spec::kIgnored;
    }
    const std::string_view first = spec.substr(0, dash), last = spec.substr(dash + 1);
    if ((!first.empty() && !is_number(first)) || (!last.empty() && !is_number(last)) ||
        (first.empty() && last.empty())) {
        return Spec::kIgnored;
    }
    if (first.empty()) {
        return parse_suffix(last, size, out);
    }
    const uint64_t from = number_of(first), to = last.empty() ? UINT64_MAX : number_of(last);
    if (to < from) {
        return Spec::kIgnored;
    }
    if (from >= size) {
        return from == 0 ? Spec::kIgnored : Spec::kBeyond;
    }
    out = {from, std::min(to, size - 1) - from + 1};
    return Spec::kRange;
}

uint64_t end_of(const ByteRange& range) {
    return range.first + range.length;
}

}  // namespace

RangeSet RangeSet::parse(std::string_view field, uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    RangeSet set;
    if (!sdk::equal_ignoring_case(field.substr(0, kUnit.size()), kUnit)) {
        return set;
    }
    field.remove_prefix(kUnit.size());
    bool beyond = false;
    while (!field.empty()) {
        const std::string_view item = sdk::next_item(field);
        if (item.empty()) {  // RFC 9110 5.6.1.2
            continue;
        }
        ByteRange range;
        const Spec spec = parse_spec(item, size, range);
        if (spec == Spec::kIgnored || (spec == Spec::kRange && !set.add(range))) {
            return RangeSet();
        }
        beyond |= spec == Spec::kBeyond;
    }
    set.kind_ = set.count_ != 0 ? Kind::kParts : beyond ? Kind::kUnsatisfiable : Kind::kWhole;
    return set;
}

// False: too many.
bool RangeSet::add(ByteRange range) {
    auto* const begin = ranges_.data();
    auto* const at =
        std::upper_bound(begin, begin + count_, range, [](const ByteRange& a, const ByteRange& b) {
            return a.first < b.first;
        });
    std::move_backward(at, begin + count_, begin + count_ + 1);
    *at = range;
    ++count_;
    merge();
    return count_ <= kRangesMax;
}

void RangeSet::merge() {
    size_t last = 0;
    for (size_t i = 1; i < count_; ++i) {
        ByteRange& left = ranges_[last];
        if (ranges_[i].first <= end_of(left)) {
            left.length = std::max(end_of(left), end_of(ranges_[i])) - left.first;
        } else {
            ranges_[++last] = ranges_[i];
        }
    }
    count_ = last + 1;
}

}  // namespace berth::file
