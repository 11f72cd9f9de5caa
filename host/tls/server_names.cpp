#include "tls/server_names.h"

namespace berth {
namespace {

constexpr std::string_view kWildcard = "*.";

}  // namespace

void ServerNames::add(const std::string& host, size_t index) {
    if (host.starts_with(kWildcard)) {
        wildcards_[host.substr(kWildcard.size())] = index;
        return;
    }
    exact_[host] = index;
}

std::optional<size_t> ServerNames::find(std::string_view name) const {
    const std::string host = normalised(name);
    if (const auto found = exact_.find(host); found != exact_.end()) {
        return found->second;
    }
    const size_t dot = host.find('.');
    if (dot == 0 || dot == std::string::npos) {
        return std::nullopt;
    }
    const auto found = wildcards_.find(host.substr(dot + 1));
    return found == wildcards_.end() ? std::nullopt : std::optional(found->second);
}

std::string ServerNames::normalised(std::string_view name) {
    if (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

}  // namespace berth
