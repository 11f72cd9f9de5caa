#include "http_date.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace berth::file {
namespace {

constexpr std::array<std::string_view, 7> kLongDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// The IMF-fixdate of these parts, with the weekday that the date has.
std::optional<int64_t> parse_parts(std::string_view day,
                                   std::string_view month,
                                   std::string_view year,
                                   std::string_view time) {
    std::string date = "Sun, ";
    date.append(day).append(" ").append(month).append(" ").append(year).append(" ");
    date.append(time).append(" GMT");
    for (const std::string_view name : kLongDays) {
        date.replace(0, 3, name.substr(0, 3));
        if (const auto seconds = sdk::parse_http_date(date)) {
            return seconds;
        }
    }
    return std::nullopt;
}

int year_of(int64_t seconds) {
    const auto date = sdk::format_http_date(seconds);
    const auto year = sdk::parse_decimal(std::string_view(date.data() + 12, 4));
    return static_cast<int>(year.value_or(1970));
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<int64_t> parse_rfc850(std::string_view text, int64_t now_seconds) {
    const size_t comma = text.find(", ");
    const bool named =
        std::find(kLongDays.begin(), kLongDays.end(), text.substr(0, comma)) != kLongDays.end();
    if (comma == std::string_view::npos || !named || text.size() != comma + 24) {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(comma + 2);
    const auto in_century = sdk::parse_decimal(rest.substr(7, 2));
    if (rest[2] != '-' || rest[6] != '-' || rest[9] != ' ' || rest.substr(18) != " GMT" ||
        !in_century) {
        return std::nullopt;
    }
    const int this_year = year_of(now_seconds);
    int year = this_year - this_year % 100 + static_cast<int>(*in_century);
    if (year > this_year + 50) {
        year -= 100;
    }
    return parse_parts(
        rest.substr(0, 2), rest.substr(3, 3), std::to_string(year), rest.substr(10, 8));
}

// "Sun Nov  6 08:49:37 1994"
std::optional<int64_t> parse_asctime(std::string_view text) {
    const bool named = std::any_of(kLongDays.begin(), kLongDays.end(), [&](std::string_view name) {
        return text.substr(0, 3) == name.substr(0, 3);
    });
    if (!named || text.size() != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' ||
        text[19] != ' ') {
        return std::nullopt;
    }
    std::string day(text.substr(8, 2));
    if (day[0] == ' ') {
        day[0] = '0';
    }
    return parse_parts(day, text.substr(4, 3), text.substr(20), text.substr(11, 8));
}

}  // namespace

std::optional<int64_t> parse_any_http_date(std::string_view text, int64_t now_seconds) {
    if (const auto seconds = sdk::parse_http_date(text)) {
        return seconds;
    }
    const auto seconds = parse_rfc850(text, now_seconds);
    return seconds ? seconds : parse_asctime(text);
}

}  // namespace berth::file
