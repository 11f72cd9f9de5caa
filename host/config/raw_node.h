#pragma once

#include "config/source.h"

#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct RawMember;

// A node of a configuration file that passed the lint, before any schema was applied: aliases are
// expanded, ${...} is replaced, keys are unique.
struct RawNode {
    enum class Kind { kNull, kScalar, kList, kMap };

    Kind kind = Kind::kNull;
    bool quoted = false;       // "8080" is text, 8080 a number
    bool substituted = false;  // holds a value from outside: text or number, as it is needed
    bool broken = false;       // was reported already: no further complaints
    bool secret = false;       // from ${file:} or ${cred:}: never printed
    std::string text;          // of a scalar
    std::vector<RawMember> members;
    std::vector<RawNode> items;
    Place place;

    bool is_map() const { return kind == Kind::kMap; }
    bool is_list() const { return kind == Kind::kList; }
    bool is_scalar() const { return kind == Kind::kScalar; }
    // Member of a map, nullptr when absent.
    const RawMember* find(std::string_view key) const;
};

struct RawMember {
    std::string key;
    Place place;  // of the key
    RawNode value;
    std::string meant = {};  // perhaps, if no schema knows the key
};

inline const RawMember* RawNode::find(std::string_view key) const {
    for (const RawMember& member : members) {
        if (member.key == key) {
            return &member;
        }
    }
    return nullptr;
}

}  // namespace berth
