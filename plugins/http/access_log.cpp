#include "access_log.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>

namespace berth::http {
namespace {

// Most bytes that a text from the wire takes in a line, escaped; together with the rest of the line
// they stay below kLogLineMax.
constexpr size_t kTargetMax = 4096, kRefererMax = 1280, kAgentMax = 1024, kShortMax = 300,
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

std::string_view version_of(const berth_http_req& request) {
    switch (request.version) {
        case 10:
            return "HTTP/1.0";
        case 20:
            return "HTTP/2.0";
        default:
            return "HTTP/1.1";
    }
}

std::string_view known(const berth_http_req& request, uint32_t id) {
    return sdk::view(berth_known(&request, id));
}

void write_common(const LogRecord& record, const DateCache& now, LineWriter& line) {
    const berth_http_req& request = record.request;
    line.wire_or_dash(record.client, kShortMax)
        .text(" - ")
        .word_or_dash(sdk::view(request.login), kLoginMax)
        .text(" [")
        .text(now.log_time())
        .text("] \"");
    if (request.method_sv.n != 0) {
        line.wire(sdk::view(request.method_sv), kShortMax)
            .text(" ")
            .wire(sdk::view(request.raw_target), kTargetMax)
            .text(" ")
            .text(version_of(request));
    } else {  // not a request: its first line, as far as there is one
        line.wire_or_dash(sdk::view(request.raw_target), kTargetMax);
    }
    line.text("\" ").number(record.status).text(" ").number(record.body_bytes);
}

void write_combined(const LogRecord& record, const DateCache& now, LineWriter& line) {
    write_common(record, now, line);
    line.text(" \"")
        .wire_or_dash(known(record.request, BERTH_H_REFERER), kRefererMax)
        .text("\" \"")
        .wire_or_dash(known(record.request, BERTH_H_USER_AGENT), kAgentMax)
        .text("\"");
}

void write_json(const LogRecord& record, const DateCache& now, LineWriter& line) {
    const berth_http_req& request = record.request;
    line.text("{\"time\":\"").text(now.iso_time()).text("\"");
    line.member("site", record.site, kShortMax)
        .member("client", record.client, kShortMax)
        .member("user", sdk::view(request.login), kLoginMax)
        .member("method", sdk::view(request.method_sv), kShortMax)
        .member("host", sdk::view(request.authority), kShortMax)
        .member("target", sdk::view(request.raw_target), kTargetMax)
        .member("protocol", version_of(request), kShortMax)
        .member("status", record.status)
        .member("bytes", record.body_bytes)
        .member("duration_us", record.microseconds)
        .member("referer", known(request, BERTH_H_REFERER), kRefererMax)
        .member("user_agent", known(request, BERTH_H_USER_AGENT), kAgentMax)
        .text("}");
}

// Enough for the line, to ask the sink for no more than it takes.
size_t line_size_max(const LogRecord& record) {
    const berth_http_req& request = record.request;
    const size_t wire = request.method_sv.n + request.raw_target.n + request.authority.n +
                        known(request, BERTH_H_REFERER).size() +
                        known(request, BERTH_H_USER_AGENT).size() + record.site.size() +
                        record.client.size() + request.login.n;
    constexpr size_t kEscape = 6, kRest = 512;
    return std::min(kLogLineMax, wire * kEscape + kRest);
}

}  // namespace

LogFormat log_format(std::string_view name) {
    if (name == "common") {
        return LogFormat::kCommon;
    }
    return name == "json" ? LogFormat::kJson : LogFormat::kCombined;
}

size_t format_log_line(LogFormat format, const LogRecord& record, const DateCache& now, char* out) {
    LineWriter line(out);
    switch (format) {
        case LogFormat::kCommon:
            write_common(record, now, line);
            break;
        case LogFormat::kCombined:
            write_combined(record, now, line);
            break;
        case LogFormat::kJson:
            write_json(record, now, line);
            break;
    }
    return line.text("\n").size();
}

void AccessLog::write(const LogRecord& record, const DateCache& now) {
    char* const room = log_.reserve(sink_, line_size_max(record));
    if (room != nullptr) {
        log_.commit(sink_, format_log_line(format_, record, now, room));
    }
}

AccessLog* AccessLogs::add(const berth_log_ext& log, berth_sink* sink, LogFormat format) {
    for (const auto& known : logs_) {
        if (known->is(sink, format)) {
            return known.get();
        }
    }
    logs_.push_back(std::make_unique<AccessLog>(log, sink, format));
    return logs_.back().get();
}

}  // namespace berth::http
