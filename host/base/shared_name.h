#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace berth {

// A place for a name in shared memory, taken once and never given back. Zero bytes are a free
// place. Whoever wins begin() fills in what belongs to the name and then says publish().
template <size_t kSize>
class SharedName {
public:
    enum State : uint32_t { kFree = 0, kBeingWritten = 1, kReady = 2 };

    // A name that is being written becomes ready in a moment, or never when its writer was killed:
    // then the place is lost.
    State settled_state() const {
        uint32_t now = state_.load(std::memory_order_acquire);
        for (int i = 0; now == kBeingWritten && i < kSpinsMax; ++i) {
            now = state_.load(std::memory_order_acquire);
        }
        return static_cast<State>(now);
    }
    bool is_ready() const { return state_.load(std::memory_order_acquire) == kReady; }
    std::string_view view() const { return {text_.data(), strnlen(text_.data(), text_.size())}; }

    // Takes the place for a name of at most kSize bytes. False: another was faster.
    bool begin(std::string_view name) {
        uint32_t expected = kFree;
        if (!state_.compare_exchange_strong(expected, kBeingWritten, std::memory_order_acquire)) {
            return false;
        }
        std::memcpy(text_.data(), name.data(), name.size());
        return true;
    }
    void publish() { state_.store(kReady, std::memory_order_release); }

private:
    static_assert(std::atomic<uint32_t>::is_always_lock_free, "shared between processes");
    static constexpr int kSpinsMax = 10'000;

    std::atomic<uint32_t> state_;
    std::array<char, kSize> text_;
};

}  // namespace berth
