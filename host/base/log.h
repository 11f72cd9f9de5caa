#pragma once

#include "base/unique_fd.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

enum class LogLevel : uint8_t { kDebug = 1, kInfo = 2, kWarning = 3, kError = 4 };

// "debug", "info", "warning", "error", in any case.
std::optional<LogLevel> parse_log_level(std::string_view name);
std::string_view log_level_name(LogLevel level);

// The error log of this process: one line per message, bytes outside 0x20-0x7E, `"` and `\` written
// as \xHH, at most 8 KiB. Before start_log() it goes to stderr at level info. Any thread may write,
// and none waits for a pipe: what finds no room there is lost, and the next line says how many.
// sink: a file opened for appending; without a descriptor: stderr.
void start_log(LogLevel level, UniqueFd sink);
// Puts another file in the place of the present one (SIGUSR1).
void reopen_log(UniqueFd sink);
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);
// Names this process in each line: "supervisor", "worker 0".
void set_log_process(std::string_view name);
void write_log(LogLevel level, std::string_view message);

// The message as one line of the log shows it, cut at 8 KiB.
std::string escape_log_text(std::string_view text);

namespace log_detail {

inline void append(std::string& line, std::string_view text) {
    line += text;
}
inline void append(std::string& line, char letter) {
    line += letter;
}
template <std::integral Number>
void append(std::string& line, Number number) {
    line += std::to_string(number);
}

template <class... Parts>
void log(LogLevel level, const Parts&... parts) {
    if (!log_enabled(level)) {
        return;
    }
    std::string line;
    (append(line, parts), ...);
    write_log(level, line);
}

}  // namespace log_detail

// Parts are texts and integers, joined: log_info("worker ", slot, " started").
template <class... Parts>
void log_debug(const Parts&... parts) {
    log_detail::log(LogLevel::kDebug, parts...);
}
template <class... Parts>
void log_info(const Parts&... parts) {
    log_detail::log(LogLevel::kInfo, parts...);
}
template <class... Parts>
void log_warning(const Parts&... parts) {
    log_detail::log(LogLevel::kWarning, parts...);
}
template <class... Parts>
void log_error(const Parts&... parts) {
    log_detail::log(LogLevel::kError, parts...);
}

}  // namespace berth
