#include "entity_tag.h"
#include "http_date.h"
#include "precondition.h"
#include "support/fuzz_input.h"

#include "berth/cpp/text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace berth::file;
using berth::testing::require;

// A tag in front of any list is found; strong comparison finds nothing that weak comparison does
// not.
void check_tags(std::string_view list) {
    const std::string own(FileTag(list.size(), 1, 2).text());
    const bool weak = tag_list_contains(list, own, Comparison::kWeak);
    require(weak || !tag_list_contains(list, own, Comparison::kStrong));
    require(tag_list_contains(own + "," + std::string(list), own, Comparison::kStrong));
    require(!tag_list_contains("W/" + own, own, Comparison::kStrong));
    if (const auto tag = parse_entity_tag(list)) {
        require(tag_list_contains(list, tag->opaque, Comparison::kWeak));
    }
}

// What is read of a date is a date, and reads the same when it is written again.
void check_date(std::string_view text, int64_t now) {
    if (const auto seconds = parse_any_http_date(text, now)) {
        const auto written = berth::sdk::format_http_date(*seconds);
        require(parse_any_http_date({written.data(), written.size()}, now) == seconds);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_tags(text);
    check_date(text, 1795337887);
    Conditions conditions;
    conditions.if_match = conditions.if_none_match = text;
    const Current nothing{false, {}, 0, 0};
    require(judge(conditions, nothing, true) == Verdict::kFailed);
    conditions.if_match.reset();
    require(judge(conditions, nothing, false) == Verdict::kPerform);
    conditions.if_range = text;
    const Current file{true, "\"a\"", 784111777, 784111778};
    // Only If-Match and If-Unmodified-Since fail a GET.
    require(judge(conditions, file, true) != Verdict::kFailed);
    range_applies(conditions, file);
    return 0;
}
