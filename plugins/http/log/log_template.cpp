#include "log/log_template.h"

#include <algorithm>
#include <array>

namespace berth::http {
namespace {

constexpr size_t kTextMax = 1024;  // of a template
constexpr std::string_view kHeaderPrefix = "header.";
// What lets somebody in does not belong into a log.
constexpr std::array<std::string_view, 3> kSecrets = {
    "authorization", "proxy-authorization", "cookie"};

std::string_view field_value(const berth_http_req& request, std::string_view name) {
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        if (sdk::view(request.headers[i].name) == name) {
            return sdk::view(request.headers[i].value);
        }
    }
    return {};
}

}  // namespace

const LogTemplate::Name LogTemplate::kNames[] = {
    {"time", Field::kTime},
    {"site", Field::kSite},
    {"client", Field::kClient},
    {"user", Field::kUser},
    {"method", Field::kMethod},
    {"host", Field::kHost},
    {"target", Field::kTarget},
    {"protocol", Field::kProtocol},
    {"status", Field::kStatus},
    {"bytes", Field::kBytes},
    {"duration_us", Field::kDuration},
    {"referer", Field::kReferer},
    {"user_agent", Field::kUserAgent},
    {"trace_id", Field::kTraceId},
};

std::optional<LogTemplate> LogTemplate::parse(std::string_view text, std::string& problem) {
    LogTemplate made;
    if (text.size() > kTextMax) {
        problem = "a line's template has at most " + std::to_string(kTextMax) + " characters";
        return std::nullopt;
    }
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
        problem = "a line's template is printable ASCII";
        return std::nullopt;
    }
    for (size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool brace = c == '{' || c == '}';
        if (!brace || text.substr(at, 2) == std::string(2, c)) {
            made.add_text(c);
            at += static_cast<size_t>(brace);
            continue;
        }
        const size_t end = text.find('}', at);
        if (c == '}' || end == text.npos) {
            problem = "a single brace; a brace itself is written twice: {{ or }}";
            return std::nullopt;
        }
        if (!made.add_field(text.substr(at + 1, end - at - 1), problem)) {
            return std::nullopt;
        }
        at = end;
    }
    return made;
}

void LogTemplate::add_text(char c) {
    if (parts_.empty() || parts_.back().field != Field::kText) {
        parts_.push_back({Field::kText, {}});
    }
    parts_.back().text.push_back(c);
}

bool LogTemplate::add_field(std::string_view name, std::string& problem) {
    for (const Name& known : kNames) {
        if (known.text == name) {
            parts_.push_back({known.field, {}});
            return true;
        }
    }
    if (name.starts_with(kHeaderPrefix)) {
        const std::string field = sdk::lower_case(name.substr(kHeaderPrefix.size()));
        const bool secret = std::find(kSecrets.begin(), kSecrets.end(), field) != kSecrets.end();
        if (sdk::is_token(field) && !secret) {
            parts_.push_back({Field::kHeader, field});
            return true;
        }
        problem = secret ? "'" + field + "' holds secrets, which are not logged"
                         : "'" + field + "' is no name of a field";
        return false;
    }
    problem = "no '{" + std::string(name) + "}' can be logged; there are ";
    for (const Name& known : kNames) {
        problem.append(known.text).append(", ");
    }
    problem.append("header.NAME");
    return false;
}

size_t LogTemplate::write(const LogRecord& record, const DateCache& now, char* out) const {
    constexpr size_t kLineEnd = 1;
    LineWriter line(out);
    for (const Part& part : parts_) {
        const size_t room = kLogLineMax - kLineEnd - line.size();
        if (part.field == Field::kText) {
            line.text(std::string_view(part.text).substr(0, room));
        } else if (room < kShortMax) {
            break;
        } else if (part.field == Field::kStatus || part.field == Field::kBytes ||
                   part.field == Field::kDuration) {
            line.number(number_of(part.field, record));
        } else {
            const size_t own = part.field == Field::kTarget ? kTargetMax : kRefererMax;
            line.wire_or_dash(text_of(part, record, now), std::min(own, room));
        }
    }
    return line.text("\n").size();
}

uint64_t LogTemplate::number_of(Field field, const LogRecord& record) {
    switch (field) {
        case Field::kStatus:
            return record.status;
        case Field::kBytes:
            return record.body_bytes;
        default:
            return record.microseconds;
    }
}

std::string_view LogTemplate::text_of(const Part& part,
                                      const LogRecord& record,
                                      const DateCache& now) {
    const berth_http_req& request = record.request;
    switch (part.field) {
        case Field::kHeader:
            return field_value(request, part.text);
        case Field::kTime:
            return now.iso_time();
        case Field::kSite:
            return record.site;
        case Field::kClient:
            return record.client;
        case Field::kUser:
            return sdk::view(request.login);
        case Field::kMethod:
            return sdk::view(request.method_sv);
        case Field::kHost:
            return sdk::view(request.authority);
        case Field::kTarget:
            return sdk::view(request.raw_target);
        case Field::kProtocol:
            return version_text(request);
        case Field::kReferer:
            return known_value(request, BERTH_H_REFERER);
        case Field::kUserAgent:
            return known_value(request, BERTH_H_USER_AGENT);
        case Field::kTraceId:
            return record.trace_id;
        default:
            return {};
    }
}

}  // namespace berth::http
