#pragma once

#include "base/live.h"
#include "base/result.h"
#include "base/shared_memory.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace berth {

// What a worker counts of itself for `berth status`.
enum class Gauge : uint32_t {
    kConnections,
    kTurnMaxMs,  // longest loop turn so far
    kCount
};
std::string_view gauge_name(Gauge gauge);

// Written by a signal handler: plain values, then signal, then trace.
struct CrashRecord {
    std::atomic<uint32_t> signal;  // 0: none
    uint32_t stamp;                // number of the instance that ran, 0: the host
    std::array<char, 512> trace;   // "geo.so+0x12af http.so+0x9c10 ...", or less of it
};

// What one worker tells about itself, in memory shared with the supervisor. The supervisor shows
// these values; it never indexes by one or follows one, because a worker may have written anything.
struct alignas(64) ScoreboardRow {
    std::atomic<uint64_t> heartbeat_ms;  // monotonic time of the last loop turn; written every turn
    volatile uint32_t stamp;             // number of the instance that runs now (berth.worker/1)
    CrashRecord crash;
    std::array<std::atomic<uint64_t>, static_cast<size_t>(Gauge::kCount)> gauges;
    std::array<std::atomic<uint64_t>, kLiveKinds> live_objects, live_bytes;

    void set(Gauge gauge, uint64_t value) {
        gauges[static_cast<size_t>(gauge)].store(value, std::memory_order_relaxed);
    }
    uint64_t get(Gauge gauge) const {
        return gauges[static_cast<size_t>(gauge)].load(std::memory_order_relaxed);
    }
    // What lives in this process now.
    void publish_live();
    LiveCount live(LiveKind kind) const;
};

// One row per worker process that can be alive at a time, of all generations. Made by the
// supervisor before it forks, inherited by everybody.
class Scoreboard {
public:
    static Result<Scoreboard> make(size_t rows);
    size_t size() const { return rows_.size(); }
    // index < size()
    ScoreboardRow& row(size_t index) { return rows_[index]; }
    const ScoreboardRow& row(size_t index) const { return rows_[index]; }
    // For a new worker: all zero.
    void clear(size_t index);

private:
    Scoreboard(SharedMemory memory, size_t rows)
        : memory_(std::move(memory)), rows_(static_cast<ScoreboardRow*>(memory_.data()), rows) {}

    SharedMemory memory_;
    std::span<ScoreboardRow> rows_;
};

}  // namespace berth
