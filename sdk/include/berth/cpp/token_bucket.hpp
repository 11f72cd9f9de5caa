// How often something may happen: at once, and in the long run.
#ifndef BERTH_CPP_TOKEN_BUCKET_HPP
#define BERTH_CPP_TOKEN_BUCKET_HPP

#include <algorithm>
#include <cstdint>

namespace berth::sdk {

// Allows `burst` events at once and `per_second` more for every second that passes.
class TokenBucket {
public:
    constexpr TokenBucket(std::uint32_t burst, std::uint32_t per_second)
        : left_(burst * kScale), burst_(burst), per_second_(per_second) {}

    // False: with these n there have been too many. Times never go back.
    bool take(std::uint64_t now_ms, std::uint32_t n = 1) {
        const std::uint64_t passed = std::min<std::uint64_t>(now_ms - filled_ms_, kMillisecondsMax);
        filled_ms_ = now_ms;
        left_ =
            std::min<std::uint64_t>(left_ + passed * per_second_, std::uint64_t{burst_} * kScale);
        if (left_ < n * kScale) {
            return false;
        }
        left_ -= n * kScale;
        return true;
    }

private:
    static constexpr std::uint64_t kScale = 1000;  // of a token, so that a millisecond brings some
    static constexpr std::uint64_t kMillisecondsMax = 1 << 20;

    std::uint64_t left_;
    std::uint64_t filled_ms_ = 0;
    std::uint32_t burst_, per_second_;
};

}  // namespace berth::sdk

#endif
