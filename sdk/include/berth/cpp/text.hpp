// Text of wire protocols: views, numbers, tokens, lists and dates. Pure, independent of the locale
// and, but for lower_case(), allocation-free; what is not exactly in the grammar is refused, never
// repaired.
#ifndef BERTH_CPP_TEXT_HPP
#define BERTH_CPP_TEXT_HPP

#include "berth/abi.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace berth::sdk {

inline std::string_view view(berth_sv text) {
    return text.n == 0 ? std::string_view() : std::string_view(text.p, text.n);
}

inline berth_sv sv(std::string_view text) {
    return berth_sv{text.data(), text.size()};
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// A control character of ASCII.
constexpr bool is_control(char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
}

inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        c = to_lower(c);
    }
    return lower;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) {
            return false;
        }
    }
    return true;
}

// Digits only: no sign, no space, no empty text, no overflow.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

// 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_digit(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// As parse_decimal, base 16 without a prefix.
constexpr std::optional<std::uint64_t> parse_hex(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0 || value >> 60 != 0) {
            return std::nullopt;
        }
        value = value << 4 | static_cast<std::uint64_t>(digit);
    }
    return value;
}

// Room for the longest number of format_decimal() and format_hex().
constexpr std::size_t kNumberSize = 20;

// Writes the digits at out, which has room for kNumberSize; returns how many.
inline std::size_t format_decimal(std::uint64_t value, char* out) {
    return static_cast<std::size_t>(std::to_chars(out, out + kNumberSize, value).ptr - out);
}

constexpr std::size_t format_hex(std::uint64_t value, char* out) {
    std::size_t length = 1;
    std::uint64_t rest = value;
    for (unsigned more = 8; more != 0; more /= 2) {
        if (rest >> (4 * more) != 0) {
            rest >>= 4 * more;
            length += more;
        }
    }
    for (std::size_t i = length; i-- > 0; value >>= 4) {
        out[i] = "0123456789abcdef"[value & 15];
    }
    return length;
}

// RFC 9110 5.6.2.
constexpr bool is_token_char(char c) {
    const char lower = to_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool is_token(std::string_view text) {
    for (const char c : text) {
        if (!is_token_char(c)) {
            return false;
        }
    }
    return !text.empty();
}

// Without spaces and tabs at both ends.
constexpr std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// Takes the next item off the front of a list, trimmed; items may be empty ("a,,b" has three).
constexpr std::string_view next_item(std::string_view& list, char separator = ',') {
    const std::size_t end = list.find(separator);
    const std::string_view item = trim(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    return item;
}

// Is item among those of a comma-separated list? Letters compare without case.
constexpr bool list_contains(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        if (equal_ignoring_case(next_item(list), item)) {
            return true;
        }
    }
    return false;
}

namespace detail {

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct Date {
    int year;
    unsigned month, day;  // from 1
};

// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years from 1
// March.
constexpr std::int64_t days_of(Date date) {
    const int year = date.month <= 2 ? date.year - 1 : date.year;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year =
        (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    const unsigned day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return std::int64_t{era} * 146097 + day_of_era - 719468;
}

constexpr Date date_of(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const auto year = static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
    return Date{year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

constexpr unsigned weekday_of(std::int64_t days) {
    return static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
}

// The name at that place of a table of three-letter names.
constexpr void put_name(char* out, std::string_view table, unsigned place) {
    for (std::size_t i = 0; i < 3; ++i) {
        out[i] = table[place * 3 + i];
    }
}

constexpr void put_two_digits(char* out, unsigned value) {
    out[0] = static_cast<char>('0' + value / 10);
    out[1] = static_cast<char>('0' + value % 10);
}

// The number in text, or -1.
inline int digits(std::string_view text) {
    const auto value = parse_decimal(text);
    return value ? static_cast<int>(*value) : -1;
}

// Position of a three-letter name in a table of them, or -1.
constexpr int name_index(std::string_view table, std::string_view name) {
    for (std::size_t i = 0; i < table.size(); i += 3) {
        if (table.substr(i, 3) == name) {
            return static_cast<int>(i / 3);
        }
    }
    return -1;
}

constexpr auto kDateForm = [] {
    constexpr std::string_view kForm = "Ddd, 00 Mmm 0000 00:00:00 GMT";
    std::array<char, kForm.size()> form{};
    for (std::size_t i = 0; i < form.size(); ++i) {
        form[i] = kForm[i];
    }
    return form;
}();

}  // namespace detail

// Length of "Sun, 06 Nov 1994 08:49:37 GMT", the IMF-fixdate of RFC 9110 5.6.7.
constexpr std::size_t kHttpDateSize = detail::kDateForm.size();
// First and last second that has four digits of year and is no earlier than year 0.
constexpr std::int64_t kHttpDateMin = -62167219200, kHttpDateMax = 253402300799;

// Seconds since 1970 UTC as an IMF-fixdate; times outside kHttpDateMin..kHttpDateMax give the
// nearest of them.
constexpr std::array<char, kHttpDateSize> format_http_date(std::int64_t seconds) {
    if (seconds < kHttpDateMin) {
        seconds = kHttpDateMin;
    }
    if (seconds > kHttpDateMax) {
        seconds = kHttpDateMax;
    }
    const std::int64_t days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
    const auto second_of_day = static_cast<unsigned>(seconds - days * 86400);
    const detail::Date date = detail::date_of(days);
    const auto year = static_cast<unsigned>(date.year);
    std::array<char, kHttpDateSize> text = detail::kDateForm;
    char* const out = text.data();
    detail::put_name(out, detail::kDays, detail::weekday_of(days));
    detail::put_two_digits(out + 5, date.day);
    detail::put_name(out + 8, detail::kMonths, date.month - 1);
    detail::put_two_digits(out + 12, year / 100);
    detail::put_two_digits(out + 14, year % 100);
    detail::put_two_digits(out + 17, second_of_day / 3600);
    detail::put_two_digits(out + 20, second_of_day / 60 % 60);
    detail::put_two_digits(out + 23, second_of_day % 60);
    return text;
}

// The inverse for IMF-fixdates, exact to the letter; the weekday must be the date's. A leap second
// counts as the first second of the next minute.
inline std::optional<std::int64_t> parse_http_date(std::string_view text) {
    if (text.size() != kHttpDateSize || text.substr(3, 2) != ", " || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':' ||
        text.substr(25) != " GMT") {
        return std::nullopt;
    }
    const int day = detail::digits(text.substr(5, 2)), year = detail::digits(text.substr(12, 4));
    const int month = detail::name_index(detail::kMonths, text.substr(8, 3));
    const int hour = detail::digits(text.substr(17, 2)),
              minute = detail::digits(text.substr(20, 2));
    const int second = detail::digits(text.substr(23, 2));
    if (day < 1 || month < 0 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60) {
        return std::nullopt;
    }
    const detail::Date date{year, static_cast<unsigned>(month) + 1, static_cast<unsigned>(day)};
    const std::int64_t days = detail::days_of(date);
    const bool exists = detail::date_of(days).day == date.day;  // 31 Feb becomes another day
    const int weekday = detail::name_index(detail::kDays, text.substr(0, 3));
    if (!exists || weekday != static_cast<int>(detail::weekday_of(days))) {
        return std::nullopt;
    }
    return days * 86400 + hour * 3600 + minute * 60 + second;
}

}  // namespace berth::sdk

#endif
