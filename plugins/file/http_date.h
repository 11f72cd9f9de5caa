#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::file {

// Seconds since 1970 UTC of a date in one of the three forms that RFC 9110 5.6.7 has recipients
// accept: IMF-fixdate, and the obsolete ones of RFC 850 and asctime(). The weekday of the obsolete
// ones is not compared with the date. now_seconds: of two centuries, RFC 850 means the one in which
// the date is at most 50 years ahead.
std::optional<int64_t> parse_any_http_date(std::string_view text, int64_t now_seconds);

}  // namespace berth::file
