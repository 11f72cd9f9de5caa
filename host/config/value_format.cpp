#include "config/value_format.h"

#include "config/host_name.h"
#include "config/network_format.h"
#include "config/suggestion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace berth {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array kTimeUnits{
    Unit{"ms", 1},
    Unit{"s", 1e3},
    Unit{"m", 60e3},
    Unit{"h", 3600e3},
    Unit{"d", 24 * 3600e3},
    Unit{"w", 7 * 24 * 3600e3},
};
constexpr double kKibi = 1024;
constexpr std::array kSizeUnits{
    Unit{"B", 1},
    Unit{"KiB", kKibi},
    Unit{"MiB", kKibi* kKibi},
    Unit{"GiB", kKibi* kKibi* kKibi},
    Unit{"TiB", kKibi* kKibi* kKibi* kKibi},
    Unit{"kB", 1e3},
    Unit{"MB", 1e6},
    Unit{"GB", 1e9},
    Unit{"TB", 1e12},
};
constexpr double kLargest = 9e15;  // doubles are exact up to here

struct FormatWords {
    Format format;
    std::string_view name, example;
};
constexpr std::array kFormats{
    FormatWords{Format::kDuration, "duration", "a duration such as 10s or 5m"},
    FormatWords{Format::kSize, "size", "a size such as 64KiB or 16MiB"},
    FormatWords{Format::kPercent, "percent", "a percentage such as 80%"},
    FormatWords{Format::kPath, "path", "a path such as /srv/www"},
    FormatWords{Format::kCidr, "cidr", "an address or network such as 10.0.0.0/8"},
    FormatWords{Format::kHostPort, "host-port", "a host and a port such as db.internal:5432"},
    FormatWords{Format::kRegex, "regex", "a regular expression"},
    FormatWords{Format::kUrl, "url", "a URL such as http://127.0.0.1:3000"},
};

FormatValue wrong(std::string message, std::string help, bool unit = false) {
    return {0, FormatProblem{unit, std::move(message), std::move(help)}};
}

// The number at the start of a text; moves the text past it.
std::optional<double> take_number(std::string_view& text) {
    const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::optional<double> number = read_number(text.substr(0, end));
    text.remove_prefix(end);
    return number;
}

std::string_view take_word(std::string_view& text) {
    const size_t end = std::min(text.find_first_of("0123456789. "), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

template <size_t n>
const Unit* find_unit(const std::array<Unit, n>& units, std::string_view name) {
    const auto found = std::find_if(
        units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
    return found == units.end() ? nullptr : &*found;
}

template <size_t n>
std::string names_of(const std::array<Unit, n>& units) {
    std::string names;
    for (const Unit& unit : units) {
        names += (names.empty() ? "" : ", ") + std::string(unit.name);
    }
    return names;
}

// What a unit in another spelling was meant to be: "sec", "K", "kb".
std::string unit_meant(Format format, std::string_view word) {
    struct Alias {
        std::string_view written, meant;
    };
    constexpr std::array kTimes{
        Alias{"sec", "s"},   Alias{"secs", "s"},  Alias{"second", "s"}, Alias{"seconds", "s"},
        Alias{"min", "m"},   Alias{"mins", "m"},  Alias{"minute", "m"}, Alias{"minutes", "m"},
        Alias{"hour", "h"},  Alias{"hours", "h"}, Alias{"day", "d"},    Alias{"days", "d"},
        Alias{"msec", "ms"}, Alias{"week", "w"},  Alias{"weeks", "w"},  Alias{"S", "s"},
        Alias{"H", "h"},     Alias{"D", "d"},     Alias{"MS", "ms"},
    };
    constexpr std::array kSizes{
        Alias{"K", "KiB"},
        Alias{"k", "KiB"},
        Alias{"M", "MiB"},
        Alias{"m", "MiB"},
        Alias{"G", "GiB"},
        Alias{"g", "GiB"},
        Alias{"T", "TiB"},
        Alias{"KB", "kB"},
        Alias{"kb", "kB"},
        Alias{"mb", "MB"},
        Alias{"gb", "GB"},
        Alias{"kib", "KiB"},
        Alias{"kiB", "KiB"},
        Alias{"mib", "MiB"},
        Alias{"gib", "GiB"},
        Alias{"b", "B"},
        Alias{"bytes", "B"},
        Alias{"byte", "B"},
    };
    const auto meant_in = [&](const auto& aliases) {
        for (const Alias& alias : aliases) {
            if (alias.written == word) {
                return std::string(alias.meant);
            }
        }
        return std::string();
    };
    return format == Format::kDuration ? meant_in(kTimes) : meant_in(kSizes);
}

// The unit that is written so but for its capitals.
template <size_t n>
std::string unit_in_other_case(const std::array<Unit, n>& units, std::string_view word) {
    for (const Unit& unit : units) {
        if (lower_case(std::string(unit.name)) == lower_case(std::string(word))) {
            return std::string(unit.name);
        }
    }
    return {};
}

template <size_t n>
FormatValue unknown_unit(Format format,
                         const std::string& text,
                         std::string_view word,
                         const std::array<Unit, n>& units) {
    std::string meant = unit_meant(format, word);
    meant = meant.empty() ? unit_in_other_case(units, word) : meant;
    std::string right = text;
    right.replace(static_cast<size_t>(word.data() - text.data()), word.size(), meant);
    const std::string help =
        meant.empty() ? "units are " + names_of(units) : "did you mean '" + right + "'?";
    return wrong("'" + std::string(word) + "' in '" + text + "' is no unit of a " +
                     std::string(format_name(format)),
                 help,
                 true);
}

// 10s, 1.5h, and for durations also 1h30m.
template <size_t n>
FormatValue read_units(Format format, const std::string& text, const std::array<Unit, n>& units) {
    const std::string_view base_unit = format == Format::kDuration ? "s" : "B";
    const std::string malformed = "'" + text + "' is not " + std::string(format_example(format));
    FormatValue value;
    std::string_view rest = text;
    do {
        const std::optional<double> number = take_number(rest);
        if (!number) {
            return wrong(malformed, "write a number and a unit, without a blank between them");
        }
        if (rest.empty()) {
            return wrong("'" + text + "' has no unit",
                         "did you mean '" + text + std::string(base_unit) + "'?",
                         true);
        }
        const std::string_view word = take_word(rest);
        const Unit* unit = find_unit(units, word);
        if (unit == nullptr) {
            return word.empty() ? wrong(malformed, "write the unit right after the number", true)
                                : unknown_unit(format, text, word, units);
        }
        value.number += *number * unit->factor;
    } while (!rest.empty() && format == Format::kDuration);
    if (!rest.empty() || value.number > kLargest) {
        return wrong(malformed, rest.empty() ? "it is too large" : "write one number and one unit");
    }
    value.number = std::round(value.number);
    return value;
}

FormatValue read_percent(const std::string& text) {
    std::string_view rest = text;
    const std::optional<double> number = take_number(rest);
    if (number && rest.empty()) {
        return wrong("'" + text + "' has no unit", "did you mean '" + text + "%'?", true);
    }
    if (!number || rest != "%") {
        return wrong("'" + text + "' is not a percentage", "write for example 80%");
    }
    if (*number > 100) {
        return wrong("'" + text + "' is more than 100%", "write 0% to 100%");
    }
    return {*number, std::nullopt};
}

FormatValue read_path(const std::string& text) {
    if (text.empty() || text.find('\0') != std::string::npos) {
        return wrong("a path cannot be empty", "write a path such as /srv/www");
    }
    return {};
}

}  // namespace

FormatValue read_format(Format format, const std::string& text) {
    switch (format) {
        case Format::kNone:
            return {};
        case Format::kDuration:
            return read_units(format, text, kTimeUnits);
        case Format::kSize:
            return read_units(format, text, kSizeUnits);
        case Format::kPercent:
            return read_percent(text);
        case Format::kPath:
            return read_path(text);
        case Format::kCidr:
            return {0, check_cidr(text)};
        case Format::kHostPort:
            return {0, check_host_port(text)};
        case Format::kUrl:
            return {0, check_url(text)};
        case Format::kRegex:
            return {0, check_regex(text)};
    }
    return {};
}

std::string_view format_name(Format format) {
    for (const FormatWords& words : kFormats) {
        if (words.format == format) {
            return words.name;
        }
    }
    return {};
}

std::optional<Format> format_by_name(std::string_view name) {
    for (const FormatWords& words : kFormats) {
        if (words.name == name) {
            return words.format;
        }
    }
    return std::nullopt;
}

std::string_view format_example(Format format) {
    for (const FormatWords& words : kFormats) {
        if (words.format == format) {
            return words.example;
        }
    }
    return "text";
}

std::optional<int64_t> read_integer(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional<int64_t>(value) : std::nullopt;
}

std::optional<double> read_number(std::string_view text) {
    const bool digit_first =
        !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    const bool digit_last = !text.empty() && text.back() >= '0' && text.back() <= '9';
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && digit_first && digit_last ? std::optional<double>(value) : std::nullopt;
}

std::optional<bool> read_flag(std::string_view text) {
    constexpr std::array<std::string_view, 4> kYes{"1", "true", "yes", "on"};
    constexpr std::array<std::string_view, 4> kNo{"0", "false", "no", "off"};
    const std::string word = lower_case(std::string(text));
    if (std::find(kYes.begin(), kYes.end(), word) != kYes.end()) {
        return true;
    }
    const bool no = std::find(kNo.begin(), kNo.end(), word) != kNo.end();
    return no ? std::optional<bool>(false) : std::nullopt;
}

}  // namespace berth
