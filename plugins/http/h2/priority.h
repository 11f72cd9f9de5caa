#pragma once

#include <cstdint>
#include <string_view>

namespace berth::http {

// RFC 9218: how urgent an answer is, and whether a part of it is of use.
struct Priority {
    uint8_t urgency = 3;  // 0 to 7, 0 first
    bool incremental = false;
};

// Of a `priority` field (a dictionary of RFC 9651); what it does not understand it leaves as it is
// without one.
Priority parse_priority(std::string_view field);

}  // namespace berth::http
