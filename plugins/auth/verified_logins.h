#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace berth::auth {

// Keyed digest of a name, a password and the hash that it was checked against.
using LoginKey = std::array<uint8_t, 32>;

// Passwords that were right not long ago, by digests that only this worker can make. Bounded: of
// two halves the older one is forgotten when the newer one is full.
class VerifiedLogins {
public:
    static constexpr size_t kHalf = 512;

    explicit VerifiedLogins(uint64_t life_ms) : life_ms_(life_ms) {}

    void add(const LoginKey& key, uint64_t now_ms);
    bool contains(const LoginKey& key, uint64_t now_ms) const;
    size_t size() const { return newer_.size() + older_.size(); }

private:
    using Ends = std::map<LoginKey, uint64_t>;  // until when, in loop milliseconds

    uint64_t life_ms_;
    Ends newer_, older_;
};

}  // namespace berth::auth
