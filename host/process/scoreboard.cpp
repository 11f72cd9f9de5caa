#include "process/scoreboard.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/sys.h"

namespace berth {

static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

std::string_view gauge_name(Gauge gauge) {
    constexpr std::string_view kNames[] = {"connections", "objects", "object_bytes", "descriptors",
                                           "turn_max_ms"};
    static_assert(std::size(kNames) == static_cast<size_t>(Gauge::kCount));
    return kNames[static_cast<size_t>(gauge)];
}

Result<Scoreboard> Scoreboard::make(size_t rows) {
    void* memory = sys().mmap(nullptr, rows * sizeof(ScoreboardRow), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return Error{"no shared memory for the scoreboard: " + std::string(strerror(errno)), errno};
    }
    // Pages of a new mapping are zero, which is what a row begins with: constructing each one would touch
    // all pages.
    return Scoreboard(std::span(static_cast<ScoreboardRow*>(memory), rows));
}

Scoreboard::Scoreboard(Scoreboard&& other) noexcept : rows_(std::exchange(other.rows_, {})) {}

Scoreboard::~Scoreboard() {
    if (!rows_.empty()) {
        sys().munmap(rows_.data(), rows_.size_bytes());
    }
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
