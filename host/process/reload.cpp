#include "process/reload.h"

namespace berth {

void Reload::request(uint64_t caller) {
    wanted_ = true;
    if (caller != 0) {
        waiting_.push_back(caller);
    }
}

void Reload::begin(uint64_t now_ms) {
    wanted_ = false;
    running_ = true;
    served_ = std::exchange(waiting_, {});
    began_ms_ = now_ms;
    checked_ms_ = now_ms;
}

std::vector<uint64_t> Reload::finish(bool succeeded, uint64_t now_ms) {
    running_ = false;
    last_succeeded_ = succeeded;
    last_end_ms_ = now_ms;
    return std::exchange(served_, {});
}

std::vector<uint64_t> Reload::abandon() {
    wanted_ = false;
    running_ = false;
    std::vector<uint64_t> all = std::exchange(served_, {});
    all.insert(all.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    return all;
}

}  // namespace berth
