#pragma once

#include "date_cache.h"
#include "log/log_line.h"

namespace berth::http {

// For people who watch: "12:01:07  GET  /beach.jpg     200   2.4 MiB   6.2 ms", in local time.
void write_short(const LogRecord& record, const DateCache& now, LineWriter& line);

}  // namespace berth::http
