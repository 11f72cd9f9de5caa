#pragma once

#include "h2/h2_window.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::http {

// The body of a request as it comes: what the client may still send of it, what has come, and what
// of that nobody has taken yet.
class H2Body {
public:
    static constexpr uint32_t kWindow = 64 * 1024;

    // False: the client has sent more than it might.
    [[nodiscard]] bool take_window(uint32_t bytes) { return window_.take(bytes); }
    // Bytes that came are used up: the increment to tell the client of, or 0.
    uint32_t give_back(size_t bytes) { return window_.give_back(static_cast<uint32_t>(bytes)); }

    void count(size_t bytes) { received_ += bytes; }
    uint64_t received() const { return received_; }
    // How much nobody minds, of a body that nobody needs.
    void set_limit(uint64_t bytes) { limit_ = bytes; }
    bool is_beyond_limit() const { return received_ > limit_; }

    void keep(std::string_view bytes) { kept_.append(bytes); }
    std::string_view kept() const { return kept_; }
    void take_kept(size_t bytes) { kept_.erase(0, bytes); }
    // Returns how much there was.
    size_t drop_kept() {
        const size_t bytes = kept_.size();
        std::string().swap(kept_);
        return bytes;
    }

private:
    H2ReceiveWindow window_{kWindow};
    std::string kept_;
    uint64_t received_ = 0;
    uint64_t limit_ = UINT64_MAX;
};

}  // namespace berth::http
