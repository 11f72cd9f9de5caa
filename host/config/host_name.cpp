#include "config/host_name.h"

#include "config/network_format.h"

namespace berth {

std::string lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return text;
}

bool is_served_name(const std::string& name) {
    const bool wildcard = name.compare(0, 2, "*.") == 0;
    return is_ipv6(name) || is_host_name(wildcard ? name.substr(2) : name);
}

}  // namespace berth
