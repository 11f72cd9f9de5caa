#pragma once

#include "date_cache.h"

#include "berth/http.h"
#include "berth/log.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace berth::http {

enum class LogFormat : uint8_t { kCommon, kCombined, kJson };

// "common", "combined" or "json"; combined for anything else.
LogFormat log_format(std::string_view name);

// What is logged of one exchange.
struct LogRecord {
    const berth_http_req& request;
    std::string_view client, site;
    uint32_t status = 0;
    uint64_t body_bytes = 0;
    uint64_t microseconds = 0;
};

constexpr size_t kLogLineMax = 8 * 1024;

// Writes a line, its end included, at out, which has room for kLogLineMax bytes; returns its size.
// Bytes that came from the wire are escaped, so that a line is one line of printable ASCII.
size_t format_log_line(LogFormat format, const LogRecord& record, const DateCache& now, char* out);

// One log file in one format.
class AccessLog {
public:
    AccessLog(const berth_log_ext& log, berth_sink* sink, LogFormat format)
        : log_(log), sink_(sink), format_(format) {}

    void write(const LogRecord& record, const DateCache& now);
    bool is(const berth_sink* sink, LogFormat format) const {
        return sink == sink_ && format == format_;
    }

private:
    const berth_log_ext& log_;
    berth_sink* sink_;
    LogFormat format_;
};

// Owns the access logs of an instance; sites that name the same one share it.
class AccessLogs {
public:
    AccessLog* add(const berth_log_ext& log, berth_sink* sink, LogFormat format);

private:
    std::vector<std::unique_ptr<AccessLog>> logs_;
};

}  // namespace berth::http
