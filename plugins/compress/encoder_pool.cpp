#include "encoder_pool.h"

#include <algorithm>
#include <utility>

namespace berth::compress {
namespace {

constexpr uint64_t kTrimMs = 10'000;
constexpr size_t kSpareMax = 64;

std::unique_ptr<Encoder> make_encoder(const EncoderPool::Kind& kind) {
    switch (kind.coding) {
        case Coding::kBrotli:
            return make_brotli_encoder(kind.level);
        case Coding::kZstd:
            return make_zstd_encoder(kind.level);
        default:
            return make_gzip_encoder(kind.level);
    }
}

}  // namespace

EncoderPool::~EncoderPool() {
    if (timer_ != nullptr) {
        loop_.timer_cancel(timer_);
    }
}

std::unique_ptr<Encoder> EncoderPool::take(const Kind& kind) {
    const auto found = std::find_if(
        free_.rbegin(), free_.rend(), [&](const Spare& spare) { return spare.kind == kind; });
    if (found == free_.rend()) {
        return make_encoder(kind);
    }
    std::unique_ptr<Encoder> encoder = std::move(found->encoder);
    free_.erase(std::next(found).base());
    unneeded_ = std::min(unneeded_, free_.size());
    return encoder;
}

void EncoderPool::give_back(const Kind& kind, std::unique_ptr<Encoder> encoder) {
    if (free_.size() >= kSpareMax) {
        return;
    }
    free_.push_back({kind, std::move(encoder)});
    if (timer_ == nullptr) {
        timer_ = loop_.timer(kTrimMs, 0, &EncoderPool::on_timer, this);
    }
}

// Frees the oldest ones, as many as were never needed since the last time.
void EncoderPool::on_timer(void* self) {
    auto& pool = *static_cast<EncoderPool*>(self);
    pool.timer_ = nullptr;
    const auto old = static_cast<std::ptrdiff_t>(std::min(pool.unneeded_, pool.free_.size()));
    pool.free_.erase(pool.free_.begin(), pool.free_.begin() + old);
    pool.chunks_.trim();
    pool.unneeded_ = pool.free_.size();
    if (!pool.free_.empty()) {
        pool.timer_ = pool.loop_.timer(kTrimMs, 0, &EncoderPool::on_timer, self);
    }
}

}  // namespace berth::compress
