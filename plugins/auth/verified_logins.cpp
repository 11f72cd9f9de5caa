#include "verified_logins.h"

#include <utility>

namespace berth::auth {

void VerifiedLogins::add(const LoginKey& key, uint64_t now_ms) {
    if (life_ms_ == 0) {
        return;
    }
    if (newer_.size() >= kHalf) {
        older_ = std::exchange(newer_, {});
    }
    newer_[key] = now_ms + life_ms_;
}

bool VerifiedLogins::contains(const LoginKey& key, uint64_t now_ms) const {
    for (const Ends* ends : {&newer_, &older_}) {
        const auto found = ends->find(key);
        if (found != ends->end() && now_ms < found->second) {
            return true;
        }
    }
    return false;
}

}  // namespace berth::auth
