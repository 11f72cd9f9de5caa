#include "process/respawn_policy.h"

#include <algorithm>

namespace berth {
namespace {

constexpr uint64_t kHealthyMs = 10'000;
constexpr unsigned kFreeDeaths = 5;
constexpr uint64_t kFirstDelayMs = 100;
constexpr uint64_t kDelayMaxMs = 10'000;
constexpr unsigned kDoublingsMax = 7;

}  // namespace

uint64_t RespawnPolicy::delay_after_death(uint64_t started_ms, uint64_t died_ms) {
    const bool was_healthy = died_ms >= started_ms + kHealthyMs;
    deaths_in_a_row_ = was_healthy ? 1 : deaths_in_a_row_ + 1;
    if (deaths_in_a_row_ <= kFreeDeaths) {
        return 0;
    }
    const unsigned doublings = std::min(deaths_in_a_row_ - kFreeDeaths - 1, kDoublingsMax);
    return std::min(kFirstDelayMs << doublings, kDelayMaxMs);
}

}  // namespace berth
