#pragma once

#include "segments.h"

#include "berth/stream.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::http {

class H2Output;

// Memory in which one session at a time gathers what it sends, shared by all of a worker.
struct H2OutputRoom {
    static constexpr size_t kSize = 32 * 1024;
    static constexpr size_t kSegmentsMax = 128;
    std::array<char, kSize> bytes;
    std::array<berth_seg, kSegmentsMax> segments;
    size_t count = 0;    // of segments
    size_t filled = 0;   // of bytes
    uint64_t total = 0;  // bytes of the segments
    bool open = false;   // the last segment is the end of what is filled
    H2Output* user = nullptr;
};

// What a session sends. Between begin() and end() frames are gathered, so that they reach the
// stream in one write; those of other times, and those that come while the client's system takes
// nothing, are kept.
class H2Output {
public:
    H2Output(berth_stream& stream, H2OutputRoom& room) : stream_(stream), room_(room) {}
    ~H2Output();
    H2Output(const H2Output&) = delete;
    H2Output& operator=(const H2Output&) = delete;

    void begin();
    void end();

    void add(std::string_view bytes);
    // Only where is_gathering(). Memory that stays, or a short piece, which is copied; the
    // reference passes.
    void add(const berth_seg& segment);
    // Bodies may be sent; between two of their frames, takes() tells whether there is room for
    // more.
    bool is_gathering() const { return room_.user == this; }
    bool takes() const { return is_gathering() && status_ == BERTH_OK; }

    // The client's system takes nothing until on_writable().
    bool is_throttled() const { return status_ == BERTH_AGAIN; }
    void on_writable();
    size_t kept_bytes() const { return kept_.size(); }
    // Another session is gathering; begin() has to be tried again.
    bool waits_for_room() const { return !kept_.empty() && status_ == BERTH_OK; }
    bool has_failed() const { return status_ < 0; }
    berth_status status() const { return status_; }

private:
    static constexpr uint64_t kBatch = 64 * 1024;  // then it is time to ask whether there is room

    void copy(std::string_view bytes);
    void push(const berth_seg& segment) { room_.segments[room_.count++] = segment; }
    void write();
    void empty_room();
    void leave();

    berth_stream& stream_;
    H2OutputRoom& room_;
    std::string kept_;
    berth_status status_ = BERTH_OK;
};

}  // namespace berth::http
