// A configuration tree that a test writes down, as berth.config/1 shows it to a plugin.
#pragma once

#include "berth/config.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

// A scalar, a list or a map. The opaque type of the SDK, as the fake host defines it.
struct berth_cfg {
    using Member = std::pair<std::string, berth_cfg>;

    berth_cfg() = default;
    berth_cfg(const char* value) : text(value) {}             // NOLINT(google-explicit-constructor)
    berth_cfg(std::string value) : text(std::move(value)) {}  // NOLINT(google-explicit-constructor)
    berth_cfg(int value) : number(value) {}                   // NOLINT(google-explicit-constructor)
    berth_cfg(bool value) : number(value ? 1 : 0) {}          // NOLINT(google-explicit-constructor)

    std::string text;
    int64_t number = 0;
    std::vector<Member> members;  // of a list: with empty keys
};

namespace berth::testing {

berth_cfg map(std::initializer_list<berth_cfg::Member> members);
berth_cfg list(std::initializer_list<berth_cfg> items);

}  // namespace berth::testing
