#include "process/scoreboard.h"

#include <iterator>
#include <utility>

namespace berth {

static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

std::string_view gauge_name(Gauge gauge) {
    constexpr std::string_view kNames[] = {"connections", "turn_max_ms"};
    static_assert(std::size(kNames) == static_cast<size_t>(Gauge::kCount));
    return kNames[static_cast<size_t>(gauge)];
}

Result<Scoreboard> Scoreboard::make(size_t rows) {
    auto memory = SharedMemory::make(rows * sizeof(ScoreboardRow), "the scoreboard");
    if (!memory) {
        return memory.error();
    }
    // New pages are zero, which is what a row begins with: constructing each one would touch all
    // pages.
    return Scoreboard(std::move(memory).value(), rows);
}

void Scoreboard::clear(size_t index) {
    ScoreboardRow& row = rows_[index];
    row.heartbeat_ms = 0;
    row.stamp = 0;
    row.crash.signal = 0;
    row.crash.stamp = 0;
    row.crash.trace.fill('\0');
    for (auto& gauge : row.gauges) {
        gauge = 0;
    }
    for (size_t kind = 0; kind < kLiveKinds; ++kind) {
        row.live_objects[kind] = 0;
        row.live_bytes[kind] = 0;
    }
}

void ScoreboardRow::publish_live() {
    const auto counts = live_counts();
    for (size_t kind = 0; kind < counts.size(); ++kind) {
        live_objects[kind].store(counts[kind].objects, std::memory_order_relaxed);
        live_bytes[kind].store(counts[kind].bytes, std::memory_order_relaxed);
    }
}

LiveCount ScoreboardRow::live(LiveKind kind) const {
    const auto index = static_cast<size_t>(kind);
    return {live_objects[index].load(std::memory_order_relaxed),
            live_bytes[index].load(std::memory_order_relaxed)};
}

}  // namespace berth
