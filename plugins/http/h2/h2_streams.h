#pragma once

#include "h2/h2_stream_pool.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth::http {

// The streams of a connection by their number, and what is known of those that are over.
class H2Streams {
public:
    // What has become of a number that no stream has (RFC 9113 5.1).
    enum class Fate : uint8_t {
        kIdle,     // the client has not used it
        kGivenUp,  // by us: what comes for it was on its way
        kClosed,
    };

    H2Streams();
    ~H2Streams();

    // NULL: there is none.
    H2Stream* find(uint32_t id) const;
    Fate fate_of(uint32_t id) const;
    // The client opens a stream, whose number is higher than last().
    void note_opened(uint32_t id);
    void note_given_up(uint32_t id);
    // The highest number that the client has used.
    uint32_t last() const { return last_; }

    H2Stream& add(H2StreamPtr stream);
    void remove(const H2Stream& stream);
    size_t size() const { return streams_.size(); }
    bool empty() const { return streams_.empty(); }
    // In no order; a stream that is removed leaves its place to the last one.
    H2Stream& operator[](size_t place) const { return *streams_[place]; }

private:
    static constexpr uint32_t kOpenedKept = 64;
    static constexpr size_t kGivenUpKept = 128;

    std::vector<H2StreamPtr> streams_;
    std::vector<uint32_t> ids_;  // of the streams, place by place
    std::vector<uint32_t> given_up_;
    uint32_t given_up_next_ = 0;
    uint32_t last_ = 0;
    uint64_t opened_ = 0;  // bit n: last_ - 2n was opened, not skipped (RFC 9113 5.1.1)
};

}  // namespace berth::http
