#include "base/live.h"

namespace berth {

namespace live_detail {
std::array<Cell, kLiveKinds> cells;
}

std::string_view live_name(LiveKind kind) {
    static constexpr std::array<std::string_view, kLiveKinds> kNames = {"fd",
                                                                        "connection",
                                                                        "transport",
                                                                        "output_queue",
                                                                        "heap_block",
                                                                        "timer",
                                                                        "task",
                                                                        "listener",
                                                                        "datagram_socket",
                                                                        "connector",
                                                                        "lookup",
                                                                        "arena",
                                                                        "stream",
                                                                        "instance",
                                                                        "sink",
                                                                        "file",
                                                                        "upload"};
    return kNames[static_cast<size_t>(kind)];
}

LiveCount live_count(LiveKind kind) {
    const auto& cell = live_detail::cells[static_cast<size_t>(kind)];
    return {cell.objects.load(std::memory_order_relaxed),
            cell.bytes.load(std::memory_order_relaxed)};
}

std::array<LiveCount, kLiveKinds> live_counts() {
    std::array<LiveCount, kLiveKinds> all;
    for (size_t i = 0; i < kLiveKinds; ++i) {
        all[i] = live_count(static_cast<LiveKind>(i));
    }
    return all;
}

}  // namespace berth
