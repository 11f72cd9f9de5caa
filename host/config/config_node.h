#pragma once

#include "config/source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct ConfigMember;
struct FactoryInfo;

}  // namespace berth

struct berth_cfg;

namespace berth {

// One configured use of a factory. The loader and the workers fill in the last three members.
struct PluginUse {
    uint32_t number = 0;  // from 1, in order of creation; what a protocol stamps (0: the host)
    const FactoryInfo* factory = nullptr;
    const berth_cfg* node = nullptr;  // the settings, what create() gets
    void* shared = nullptr;           // result of prepare()
    void* inst = nullptr;             // result of create()
    bool quarantined = false;
};

}  // namespace berth

// A node of the configuration as plugins see it (berth/config.h): checked against a schema,
// defaults filled in, durations in milliseconds, sizes in bytes, percentages 0..100. The C name is
// the ABI's.
struct berth_cfg {
    enum class Kind { kNull, kBool, kInteger, kNumber, kText, kList, kMap };

    Kind kind = Kind::kNull;
    bool secret = false;         // never printed
    bool is_log_target = false;  // the text names a log file
    std::string text;            // of every scalar, as written
    int64_t i64 = 0;
    double f64 = 0;
    std::vector<berth::ConfigMember> members;
    std::vector<berth_cfg> items;
    berth::Place place;
    std::string where;                            // "site.yaml:12:7"
    const berth::FactoryInfo* factory = nullptr;  // set on the settings of a plugin
    berth::PluginUse* use =
        nullptr;  // on these settings, and on the map or item that names the plugin

    const berth_cfg* find(std::string_view key) const;
};

namespace berth {

struct ConfigMember {
    std::string key;
    berth_cfg value;
};

}  // namespace berth

inline const berth_cfg* berth_cfg::find(std::string_view key) const {
    for (const berth::ConfigMember& member : members) {
        if (member.key == key) {
            return &member.value;
        }
    }
    return nullptr;
}
