#pragma once

#include "encoder.h"
#include "output_chunks.h"

#include "berth/cpp/accept_encoding.hpp"
#include "berth/loop.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace berth::compress {

using sdk::Coding;

// The encoders of a worker: those of finished bodies serve the next ones, and are freed when they
// have not been needed for a while.
class EncoderPool {
public:
    explicit EncoderPool(const berth_loop_ext& loop) : loop_(loop) {}
    ~EncoderPool();
    EncoderPool(const EncoderPool&) = delete;
    EncoderPool& operator=(const EncoderPool&) = delete;

    struct Kind {
        Coding coding;
        int level;
        bool operator==(const Kind&) const = default;
    };

    std::unique_ptr<Encoder> take(const Kind& kind);
    void give_back(const Kind& kind, std::unique_ptr<Encoder> encoder);
    ChunkPool& chunks() { return chunks_; }
    size_t idle() const { return free_.size(); }

private:
    struct Spare {
        Kind kind;
        std::unique_ptr<Encoder> encoder;
    };

    static void on_timer(void* self);

    const berth_loop_ext& loop_;
    ChunkPool chunks_;
    std::vector<Spare> free_;
    size_t unneeded_ = 0;  // fewest that were free since the timer's last run
    berth_timer* timer_ = nullptr;
};

}  // namespace berth::compress
