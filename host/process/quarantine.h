#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace berth {

// Which plugins may not run because they crash: 3 times within 60 s, by name.
class Quarantine {
public:
    static constexpr size_t kCrashes = 3;
    static constexpr uint64_t kWindowMs = 60'000;

    // A worker died while code of the plugin ran. True when the plugin has just been quarantined.
    bool record_crash(const std::string& plugin, uint64_t now_ms);
    // A reload gives every plugin another chance.
    void clear();
    bool holds(const std::string& plugin) const;
    std::vector<std::string> plugins() const;
    // Crashes of each plugin since the start.
    const std::map<std::string, uint64_t>& crashes() const { return totals_; }

private:
    std::map<std::string, std::deque<uint64_t>> recent_;
    std::map<std::string, uint64_t> totals_;
    std::vector<std::string> held_;
};

}  // namespace berth
