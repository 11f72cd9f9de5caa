#include "path_rules.h"

#include "berth/cpp/request_template.hpp"

#include <algorithm>

namespace berth::file {

bool is_hidden(std::string_view path) {
    constexpr std::string_view kWellKnown = "/.well-known/";
    size_t at = path.substr(0, kWellKnown.size()) == kWellKnown ? kWellKnown.size() - 1 : 0;
    return path.find("/.", at) != std::string_view::npos;
}

std::string with_slash(std::string_view raw_target) {
    // An absolute form names the host: what is behind it counts.
    const size_t scheme = raw_target.find("://");
    if (!raw_target.empty() && raw_target.front() != '/' && scheme != std::string_view::npos) {
        raw_target.remove_prefix(std::min(raw_target.find('/', scheme + 3), raw_target.size()));
    }
    const size_t mark = std::min(raw_target.find('?'), raw_target.size());
    // "//host" would be taken for another host.
    const size_t first = std::min(raw_target.find_first_not_of('/'), mark);
    std::string location = "/";
    sdk::append_encoded(raw_target.substr(first, mark - first), "!$&'()*+,;=:@/%", location);
    location.push_back('/');
    sdk::append_encoded(raw_target.substr(mark), "!$&'()*+,;=:@/%?", location);
    return location;
}

std::string shown_path(std::string_view path) {
    std::string shown;
    sdk::append_encoded(path, "!$&'()*+,;=:@/[] ", shown);
    return shown;
}

}  // namespace berth::file
