#pragma once

#include "segments.h"

#include "berth/stream.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::http {

// Memory for one H2Output at a time, shared by all sessions of a worker.
struct H2OutputRoom {
    static constexpr size_t kFrameMax = 9 + 16 * 1024;  // of those that nghttp2 writes
    std::array<char, kFrameMax> bytes;
    std::vector<berth_seg> segments;
};

// Gathers the frames that a session sends in one turn, so that they reach the stream in one write.
class H2Output {
public:
    H2Output(berth_stream& stream, H2OutputRoom& room) : stream_(stream), room_(room) {
        room_.segments.clear();
    }

    // At most kFrameMax at a time.
    void add(std::string_view bytes);
    // Memory that stays; the reference passes. Short pieces are copied.
    void add(const berth_seg& segment);
    void write();

    // BERTH_AGAIN: the stream takes no more for now; an error: never again.
    berth_status status() const { return status_; }

private:
    static constexpr uint64_t kBatch = 64 * 1024;  // then it is time to ask whether there is room

    berth_stream& stream_;
    H2OutputRoom& room_;
    size_t filled_ = 0;
    uint64_t bytes_ = 0;
    bool open_ = false;  // the last segment is the end of what is filled
    berth_status status_ = BERTH_OK;
};

}  // namespace berth::http
