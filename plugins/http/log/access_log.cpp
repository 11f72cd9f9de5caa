#include "log/access_log.h"

#include "log/log_line.h"
#include "log/short_line.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <utility>

namespace berth::http {
namespace {

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
            .text(version_text(request));
    } else {  // not a request: its first line, as far as there is one
        line.wire_or_dash(sdk::view(request.raw_target), kTargetMax);
    }
    line.text("\" ").number(record.status).text(" ").number(record.body_bytes);
}

void write_combined(const LogRecord& record, const DateCache& now, LineWriter& line) {
    write_common(record, now, line);
    line.text(" \"")
        .wire_or_dash(known_value(record.request, BERTH_H_REFERER), kRefererMax)
        .text("\" \"")
        .wire_or_dash(known_value(record.request, BERTH_H_USER_AGENT), kAgentMax)
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
        .member("protocol", version_text(request), kShortMax)
        .member("status", record.status)
        .member("bytes", record.body_bytes)
        .member("duration_us", record.microseconds)
        .member("referer", known_value(request, BERTH_H_REFERER), kRefererMax)
        .member("user_agent", known_value(request, BERTH_H_USER_AGENT), kAgentMax);
    if (!record.trace_id.empty()) {
        line.member("trace_id", record.trace_id, kShortMax);
    }
    line.text("}");
}

// Enough for the line, to ask the sink for no more than it takes.
size_t line_size_max(const LogRecord& record) {
    const berth_http_req& request = record.request;
    const size_t wire = request.method_sv.n + request.raw_target.n + request.authority.n +
                        known_value(request, BERTH_H_REFERER).size() +
                        known_value(request, BERTH_H_USER_AGENT).size() + record.site.size() +
                        record.client.size() + request.login.n;
    constexpr size_t kEscape = 6, kRest = 512;
    return std::min(kLogLineMax, wire * kEscape + kRest);
}

}  // namespace

LogFormat log_format(std::string_view name) {
    if (name == "common") {
        return LogFormat::kCommon;
    }
    if (name == "short") {
        return LogFormat::kShort;
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
        case LogFormat::kShort:
            write_short(record, now, line);
            break;
    }
    return line.text("\n").size();
}

void AccessLog::write(const LogRecord& record, const DateCache& now) {
    char* const room = log_.reserve(sink_, template_ ? kLogLineMax : line_size_max(record));
    if (room != nullptr) {
        log_.commit(sink_,
                    template_ ? template_->write(record, now, room)
                              : format_log_line(format_, record, now, room));
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

AccessLog* AccessLogs::add(const berth_log_ext& log, berth_sink* sink, LogTemplate lines) {
    logs_.push_back(std::make_unique<AccessLog>(log, sink, std::move(lines)));
    return logs_.back().get();
}

}  // namespace berth::http
