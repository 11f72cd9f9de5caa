#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth {

// What is counted while it lives. Whoever adds a kind adds its name in live.cpp.
enum class LiveKind : uint8_t {
    kFd,
    kConnection,
    kTransport,
    kOutputQueue,
    kHeapBlock,
    kTimer,
    kTask,
    kListener,
    kDatagramSocket,
    kConnector,
    kLookup,
    kArena,
    kStream,
    kInstance,
    kSink,
    kFile,
    kUpload,
};
inline constexpr size_t kLiveKinds = 17;

std::string_view live_name(LiveKind kind);

struct LiveCount {
    uint64_t objects = 0;
    uint64_t bytes = 0;
};

// Objects of this process. A leak test compares it before and after; workers publish it.
LiveCount live_count(LiveKind kind);
std::array<LiveCount, kLiveKinds> live_counts();

namespace live_detail {

struct Cell {
    std::atomic<uint64_t> objects{0};
    std::atomic<uint64_t> bytes{0};
};
// One table per process; only Live and live_add() write it.
extern std::array<Cell, kLiveKinds> cells;

// Pool threads open files; everything else is made on the loop and needs no locked instruction.
constexpr bool is_shared(LiveKind kind) {
    return kind == LiveKind::kFd;
}

template <LiveKind kKind>
void change(std::atomic<uint64_t>& cell, uint64_t by) {
    if constexpr (is_shared(kKind)) {
        cell.fetch_add(by, std::memory_order_relaxed);
    } else {
        cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }
}

}  // namespace live_detail

template <LiveKind kKind>
void live_add(uint64_t objects, uint64_t bytes = 0) {
    auto& cell = live_detail::cells[static_cast<size_t>(kKind)];
    live_detail::change<kKind>(cell.objects, objects);
    live_detail::change<kKind>(cell.bytes, bytes);
}

template <LiveKind kKind>
void live_remove(uint64_t objects, uint64_t bytes = 0) {
    live_add<kKind>(uint64_t{0} - objects, uint64_t{0} - bytes);
}

// Counts the object that it is a member of; takes no room with [[no_unique_address]].
template <LiveKind kKind>
class Live {
public:
    Live() { live_add<kKind>(1); }
    Live(const Live&) { live_add<kKind>(1); }
    Live& operator=(const Live&) = default;
    ~Live() { live_remove<kKind>(1); }
};

}  // namespace berth
