#include "listing_text.h"

#include "berth/cpp/request_template.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iterator>

namespace berth::file {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool is_continuation(std::string_view text, size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// What may begin a sequence of several bytes, and what its second byte may be (Unicode 15, table
// 3-7).
struct Lead {
    unsigned char first, last, second_first, second_last;
    size_t length;
};
constexpr Lead kLeads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

// Length of the well-formed sequence at the front; 0 when there is none.
size_t sequence_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) {
        return 1;
    }
    const auto second = static_cast<unsigned char>(text.size() > 1 ? text[1] : '\0');
    const auto* const lead =
        std::find_if(std::begin(kLeads), std::end(kLeads), [&](const Lead& each) {
            return first >= each.first && first <= each.last && second >= each.second_first &&
                   second <= each.second_last;
        });
    if (lead == std::end(kLeads)) {
        return 0;
    }
    for (size_t i = 2; i < lead->length; ++i) {
        if (!is_continuation(text, i)) {
            return 0;
        }
    }
    return lead->length;
}

// Calls put(sequence) for every well-formed sequence, U+FFFD in the place of other bytes.
template <class Put>
void for_each_sequence(std::string_view text, Put put) {
    while (!text.empty()) {
        const size_t length = sequence_length(text);
        put(length == 0 ? kReplacement : text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

bool is_control(std::string_view sequence) {
    return sequence.size() == 1 &&
           (static_cast<unsigned char>(sequence[0]) < ' ' || sequence[0] == '\x7f');
}

std::string_view html_escape(std::string_view sequence) {
    if (is_control(sequence)) {
        return kReplacement;
    }
    switch (sequence[0]) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return sequence;
    }
}

// Which bytes stand for themselves in a kind of text.
class PlainBytes {
public:
    template <class Predicate>
    constexpr explicit PlainBytes(Predicate is_plain) {
        for (unsigned byte = 0; byte < 0x7f; ++byte) {
            plain_[byte] = is_plain(static_cast<char>(byte));
        }
    }
    // How much of the text is plain: most names are so as a whole.
    size_t size_of(std::string_view text) const {
        size_t size = 0;
        while (size < text.size() && plain_[static_cast<unsigned char>(text[size])]) {
            ++size;
        }
        return size;
    }

private:
    std::array<bool, 256> plain_{};
};

constexpr PlainBytes kPlainInHtml([](char c) {
    return c >= ' ' && std::string_view("&<>\"'").find(c) == std::string_view::npos;
});
constexpr PlainBytes kPlainInReference([](char c) {
    const char lower = sdk::to_lower(c);
    return sdk::is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '.' || c == '_';
});

template <size_t digits>
void put_digits(unsigned value, char* at) {
    for (size_t i = digits; i-- > 0; value /= 10) {
        at[i] = static_cast<char>('0' + value % 10);
    }
}

// "2024-01-02 03:04:05".
constexpr std::string_view kMoment = "0000-00-00 00:00:00";
std::array<char, kMoment.size()> moment(int64_t seconds) {
    using std::chrono::floor;
    const std::chrono::sys_seconds time{
        std::chrono::seconds(std::clamp(seconds, sdk::kHttpDateMin, sdk::kHttpDateMax))};
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const auto second = static_cast<unsigned>((time - day).count());
    std::array<char, kMoment.size()> text;
    kMoment.copy(text.data(), text.size());
    put_digits<4>(static_cast<unsigned>(static_cast<int>(date.year())), &text[0]);
    put_digits<2>(static_cast<unsigned>(date.month()), &text[5]);
    put_digits<2>(static_cast<unsigned>(date.day()), &text[8]);
    put_digits<2>(second / 3600, &text[11]);
    put_digits<2>(second / 60 % 60, &text[14]);
    put_digits<2>(second % 60, &text[17]);
    return text;
}

}  // namespace

void append_html(std::string_view text, std::string& out) {
    const size_t plain = kPlainInHtml.size_of(text);
    out.append(text.substr(0, plain));
    for_each_sequence(text.substr(plain),
                      [&](std::string_view sequence) { out.append(html_escape(sequence)); });
}

void append_json(std::string_view text, std::string& out) {
    for_each_sequence(text, [&](std::string_view sequence) {
        const auto byte = static_cast<unsigned char>(sequence[0]);
        if (is_control(sequence)) {
            out.append("\\u00");
            out.push_back("0123456789abcdef"[byte >> 4]);
            out.push_back("0123456789abcdef"[byte & 15]);
            return;
        }
        if (byte == '"' || byte == '\\') {
            out.push_back('\\');
        }
        out.append(sequence);
    });
}

void append_reference(const ListedEntry& entry, std::string& out) {
    const size_t plain = kPlainInReference.size_of(entry.name);
    out.append("./").append(entry.name.substr(0, plain));  // "a:b" alone would be a scheme
    sdk::append_encoded(entry.name.substr(plain), "!$()*+,;=:@", out);
    if (entry.is_directory) {
        out.push_back('/');
    }
}

void append_style_links(const std::vector<std::string>& urls, std::string& out) {
    for (const std::string& url : urls) {
        out.append("<link rel=\"stylesheet\" href=\"");
        append_html(url, out);
        out.append("\">\n");
    }
}

void append_time(int64_t seconds, std::string& out) {
    out.append(moment(seconds).data(), std::string_view("0000-00-00 00:00").size());
}

void append_timestamp(int64_t seconds, std::string& out) {
    auto text = moment(seconds);
    text[10] = 'T';
    out.append(text.data(), text.size()).push_back('Z');
}

size_t count_characters(std::string_view text) {
    size_t count = 0;
    for_each_sequence(text, [&](std::string_view) { ++count; });
    return count;
}

std::string_view first_characters(std::string_view text, size_t count) {
    size_t bytes = 0;
    for (; count > 0 && bytes < text.size(); --count) {
        bytes += std::max<size_t>(1, sequence_length(text.substr(bytes)));
    }
    return text.substr(0, bytes);
}

void append_size(uint64_t size, std::string& out) {
    constexpr std::array<std::string_view, 7> kUnits = {
        " B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
    size_t unit = 0;
    uint64_t whole = size, tenths = 0;
    while (whole >= 1024 && unit + 1 < kUnits.size()) {
        tenths = (whole % 1024) * 10 / 1024;
        whole /= 1024;
        ++unit;
    }
    char digits[20];
    char* end = std::to_chars(digits, std::end(digits), whole).ptr;
    if (unit != 0 && whole < 100) {
        *end++ = '.';
        *end++ = static_cast<char>('0' + tenths);
    }
    out.append(digits, end).append(kUnits[unit]);
}

}  // namespace berth::file
