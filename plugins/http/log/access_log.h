#pragma once

#include "date_cache.h"
#include "log/log_line.h"
#include "log/log_template.h"

#include "berth/http.h"
#include "berth/log.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::http {

enum class LogFormat : uint8_t { kCommon, kCombined, kJson, kShort };

// "common", "combined", "json" or "short"; combined for anything else.
LogFormat log_format(std::string_view name);

// Writes a line, its end included, at out, which has room for kLogLineMax bytes; returns its size.
// Bytes that came from the wire are escaped, so that a line is one line of printable ASCII.
size_t format_log_line(LogFormat format, const LogRecord& record, const DateCache& now, char* out);

// One log file in one format.
class AccessLog {
public:
    AccessLog(const berth_log_ext& log, berth_sink* sink, LogFormat format)
        : log_(log), sink_(sink), format_(format) {}
    AccessLog(const berth_log_ext& log, berth_sink* sink, LogTemplate lines)
        : log_(log), sink_(sink), template_(std::move(lines)) {}

    void write(const LogRecord& record, const DateCache& now);
    bool is(const berth_sink* sink, LogFormat format) const {
        return sink == sink_ && format == format_ && !template_;
    }

private:
    const berth_log_ext& log_;
    berth_sink* sink_;
    LogFormat format_ = LogFormat::kCombined;
    std::optional<LogTemplate> template_;  // instead of the format
};

// Owns the access logs of an instance; sites that name the same one share it.
class AccessLogs {
public:
    AccessLog* add(const berth_log_ext& log, berth_sink* sink, LogFormat format);
    AccessLog* add(const berth_log_ext& log, berth_sink* sink, LogTemplate lines);

private:
    std::vector<std::unique_ptr<AccessLog>> logs_;
};

}  // namespace berth::http
