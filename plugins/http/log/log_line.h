// What the formats of an access log are written with.
#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace berth::http {

// One exchange, as it is logged.
struct LogRecord {
    const berth_http_req& request;
    std::string_view client, site;
    uint32_t status = 0;
    uint64_t body_bytes = 0;
    uint64_t microseconds = 0;
    std::string_view trace_id;  // empty: the site does not trace
};

constexpr size_t kLogLineMax = 8 * 1024;

// Most bytes that a text from the wire takes in a line, escaped; together with the rest of the line
// they stay below kLogLineMax.
inline constexpr size_t kTargetMax = 4096, kRefererMax = 1280, kAgentMax = 1024, kShortMax = 300,
                        kLoginMax = 200;

// Appends to memory that is known to have the room.
class LineWriter {
public:
    explicit LineWriter(char* out) : begin_(out), at_(out) {}

    LineWriter& text(std::string_view text) {
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }

    LineWriter& number(uint64_t value) {
        at_ += sdk::format_decimal(value, at_);
        return *this;
    }

    // `"`, `\` and what is not printable ASCII become prefix and two hexadecimal digits.
    LineWriter& wire(std::string_view text,
                     size_t escaped_max,
                     std::string_view prefix = "\\x",
                     unsigned char first_printable = ' ') {
        const char* const end = at_ + escaped_max - prefix.size() - 2;
        for (const char c : text) {
            if (at_ > end) {
                break;
            }
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= first_printable && byte < 0x7f && c != '"' && c != '\\') {
                *at_++ = c;
                continue;
            }
            this->text(prefix);
            *at_++ = "0123456789ABCDEF"[byte >> 4];
            *at_++ = "0123456789ABCDEF"[byte & 15];
        }
        return *this;
    }

    // As text of a log: a dash for nothing.
    LineWriter& wire_or_dash(std::string_view text, size_t escaped_max) {
        return text.empty() ? this->text("-") : wire(text, escaped_max);
    }

    // As one word of a log, without blanks: a dash for nothing.
    LineWriter& word_or_dash(std::string_view text, size_t escaped_max) {
        return text.empty() ? this->text("-") : wire(text, escaped_max, "\\x", '!');
    }

    // ,"key":"value"
    LineWriter& member(std::string_view key, std::string_view value, size_t escaped_max) {
        return text(",\"").text(key).text("\":\"").wire(value, escaped_max, "\\u00").text("\"");
    }

    LineWriter& member(std::string_view key, uint64_t value) {
        return text(",\"").text(key).text("\":").number(value);
    }

    size_t size() const { return static_cast<size_t>(at_ - begin_); }

private:
    char* begin_;
    char* at_;
};

inline std::string_view version_text(const berth_http_req& request) {
    switch (request.version) {
        case 10:
            return "HTTP/1.0";
        case 20:
            return "HTTP/2.0";
        default:
            return "HTTP/1.1";
    }
}

inline std::string_view known_value(const berth_http_req& request, uint32_t id) {
    return sdk::view(berth_known(&request, id));
}

}  // namespace berth::http
