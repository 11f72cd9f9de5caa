#include "h2/priority.h"

#include "berth/cpp/text.hpp"

namespace berth::http {

Priority parse_priority(std::string_view field) {
    Priority priority;
    while (!field.empty()) {
        std::string_view member = sdk::next_item(field);
        member = sdk::trim(member.substr(0, member.find(';')));  // parameters mean nothing yet
        if (member.size() == 3 && member.substr(0, 2) == "u=" && member[2] >= '0' &&
            member[2] <= '7') {
            priority.urgency = static_cast<uint8_t>(member[2] - '0');
        } else if (member == "i" || member == "i=?1") {
            priority.incremental = true;
        } else if (member == "i=?0") {
            priority.incremental = false;
        }
    }
    return priority;
}

}  // namespace berth::http
