#include "precondition.h"

#include "entity_tag.h"
#include "http_date.h"

#include "berth/cpp/text.hpp"

namespace berth::file {
namespace {

bool names(std::string_view list, const Current& current, Comparison comparison) {
    if (!current.exists) {
        return false;
    }
    return sdk::trim(list) == "*" || tag_list_contains(list, current.tag, comparison);
}

// A date that is none is as if it had not been sent.
bool modified_after(std::string_view date, const Current& current, bool if_no_date) {
    const auto seconds = parse_any_http_date(sdk::trim(date), current.now_seconds);
    return seconds ? current.modified_seconds > *seconds : if_no_date;
}

}  // namespace

Verdict judge(const Conditions& conditions, const Current& current, bool reads) {
    if (conditions.if_match) {
        if (!names(*conditions.if_match, current, Comparison::kStrong)) {
            return Verdict::kFailed;
        }
    } else if (conditions.if_unmodified_since && current.exists &&
               modified_after(*conditions.if_unmodified_since, current, false)) {
        return Verdict::kFailed;
    }
    if (conditions.if_none_match) {
        if (names(*conditions.if_none_match, current, Comparison::kWeak)) {
            return reads ? Verdict::kNotModified : Verdict::kFailed;
        }
    } else if (conditions.if_modified_since && reads && current.exists &&
               !modified_after(*conditions.if_modified_since, current, true)) {
        return Verdict::kNotModified;
    }
    return Verdict::kPerform;
}

bool range_applies(const Conditions& conditions, const Current& current) {
    if (!conditions.if_range) {
        return true;
    }
    const std::string_view validator = sdk::trim(*conditions.if_range);
    if (const auto tag = parse_entity_tag(validator)) {
        return !tag->weak && tag->opaque == current.tag;
    }
    // RFC 9110 8.8.2.2: a date is a strong validator only when the second that it names is over.
    const auto seconds = parse_any_http_date(validator, current.now_seconds);
    return seconds && *seconds == current.modified_seconds &&
           current.modified_seconds < current.now_seconds;
}

}  // namespace berth::file
