#include "process/quarantine.h"

#include <algorithm>

namespace berth {

bool Quarantine::record_crash(const std::string& plugin, uint64_t now_ms) {
    ++totals_[plugin];
    auto& times = recent_[plugin];
    times.push_back(now_ms);
    while (now_ms - times.front() > kWindowMs) {
        times.pop_front();
    }
    if (times.size() < kCrashes || holds(plugin)) {
        return false;
    }
    held_.push_back(plugin);
    times.clear();
    return true;
}

void Quarantine::clear() {
    recent_.clear();
    held_.clear();
}

bool Quarantine::holds(const std::string& plugin) const {
    return std::find(held_.begin(), held_.end(), plugin) != held_.end();
}

std::vector<std::string> Quarantine::plugins() const {
    return held_;
}

}  // namespace berth
