#include "process/scoreboard.h"

#include <iterator>
#include <utility>

namespace berth {

static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

std::string_view gauge_name(Gauge gauge) {
    constexpr std::string_view kNames[] = {"connections", "objects", "object_bytes", "descriptors",
                                           "turn_max_ms"};
    static_assert(std::size(kNames) == static_cast<size_t>(Gauge::kCount));
    return kNames[static_cast<size_t>(gauge)];
}

Result<Scoreboard> Scoreboard::make(size_t rows) {
    auto memory = SharedMemory::make(rows * sizeof(ScoreboardRow), "the scoreboard");
    if (!memory) {
        return memory.error();
    }
    // New pages are zero, which is what a row begins with: constructing each one would touch all pages.
    return Scoreboard(std::move(memory).value(), rows);
}

void Scoreboard::clear(size_t index) {
    ScoreboardRow& row = rows_[index];
    row.heartbeat_ms = 0;
    row.stamp = 0;
    row.crash.signal = 0;
    row.crash.stamp = 0;
    row.crash.address = 0;
    row.crash.code = 0;
    for (auto& gauge : row.gauges) {
        gauge = 0;
    }
}

}  // namespace berth
