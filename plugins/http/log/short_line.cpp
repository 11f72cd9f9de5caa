#include "log/short_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace berth::http {
namespace {

constexpr size_t kMethodWidth = 3, kTargetWidth = 12;

// What snprintf() wrote into a text that has room for all of it.
void put(const char* text, int size, LineWriter& line) {
    line.text({text, static_cast<size_t>(std::max(size, 0))});
}

void write_time(int64_t seconds, LineWriter& line) {
    const time_t time = seconds;
    std::tm local{};
    localtime_r(&time, &local);
    char text[16];
    put(text, static_cast<int>(std::strftime(text, sizeof text, "%H:%M:%S  ", &local)), line);
}

// From the wire, filled with blanks up to a width.
void write_column(std::string_view text, size_t escaped_max, size_t width, LineWriter& line) {
    const size_t begin = line.size();
    line.wire_or_dash(text, escaped_max);
    for (size_t size = line.size() - begin; size < width; ++size) {
        line.text(" ");
    }
}

void write_size(uint64_t bytes, LineWriter& line) {
    constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto shown = static_cast<double>(bytes);
    size_t unit = 0;
    for (; shown >= 1024 && unit + 1 < kUnits.size(); ++unit) {
        shown /= 1024;
    }
    char text[64];
    const int digits = unit == 0 ? 0 : 1;
    put(text,
        std::snprintf(text, sizeof text, " %*.*f %s", 7 - 2 * digits, digits, shown, kUnits[unit]),
        line);
}

}  // namespace

void write_short(const LogRecord& record, const DateCache& now, LineWriter& line) {
    constexpr double kMicroseconds = 1000;
    const berth_http_req& request = record.request;
    write_time(now.seconds(), line);
    write_column(sdk::view(request.method_sv), kShortMax, kMethodWidth, line);
    line.text("  ");
    write_column(sdk::view(request.raw_target), kTargetMax, kTargetWidth, line);
    line.text("   ").number(record.status);
    write_size(record.body_bytes, line);
    char text[64];
    const double duration = static_cast<double>(record.microseconds) / kMicroseconds;
    put(text, std::snprintf(text, sizeof text, " %5.1f ms", duration), line);
}

}  // namespace berth::http
