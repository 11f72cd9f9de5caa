#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>

namespace berth {

struct CheckedConfig;
struct PluginUse;

// The plugin instances of one worker: made in the order of the configuration, innermost first,
// destroyed in the opposite order. What quarantined plugins configure is marked instead of made.
class Instances {
public:
    explicit Instances(CheckedConfig& config) : config_(config) {}
    ~Instances();
    Instances(const Instances&) = delete;
    Instances& operator=(const Instances&) = delete;

    // The error names the instance that failed; its plugin has reported why with fail().
    Status create(std::span<const std::string> quarantined, volatile uint32_t& stamp);
    void drain(uint64_t deadline_ms);

private:
    CheckedConfig& config_;
    size_t created_ = 0;  // of config_.uses
};

}  // namespace berth
