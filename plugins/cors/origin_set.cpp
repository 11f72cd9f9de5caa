#include "origin_set.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::cors {
namespace {

bool is_host_char(char c) {
    return sdk::is_digit(c) || (sdk::to_lower(c) >= 'a' && sdk::to_lower(c) <= 'z') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
}

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_host_char);
}

}  // namespace

std::string OriginSet::add(std::string_view pattern) {
    if (pattern == "*") {
        everybody_ = true;
        return {};
    }
    if (pattern == "null") {
        names_.emplace_back(pattern);
        return {};
    }
    const size_t colon = pattern.find("://");
    if (colon == std::string_view::npos || colon == 0) {
        return "an origin begins with a scheme: https://example.com";
    }
    const std::string_view host = pattern.substr(colon + 3);
    if (host.find('/') != std::string_view::npos) {
        return "an origin has no path, not even a final /";
    }
    const bool domain = host.substr(0, 2) == "*.";
    if (!is_host(domain ? host.substr(2) : host)) {
        return "an origin is scheme://host or scheme://host:port; only the first label may be *";
    }
    if (domain) {
        domains_.push_back(
            {sdk::lower_case(pattern.substr(0, colon + 3)), sdk::lower_case(host.substr(1))});
    } else {
        names_.push_back(sdk::lower_case(pattern));
    }
    return {};
}

bool OriginSet::contains(std::string_view origin) const {
    if (everybody_) {
        return true;
    }
    const auto is_origin = [origin](const std::string& name) {
        return sdk::equal_ignoring_case(origin, name);
    };
    if (std::any_of(names_.begin(), names_.end(), is_origin)) {
        return true;
    }
    return std::any_of(domains_.begin(), domains_.end(), [origin](const Domain& domain) {
        const size_t fixed = domain.scheme.size() + domain.suffix.size();
        if (origin.size() <= fixed) {
            return false;
        }
        const std::string_view label = origin.substr(domain.scheme.size(), origin.size() - fixed);
        return sdk::equal_ignoring_case(origin.substr(0, domain.scheme.size()), domain.scheme) &&
               sdk::equal_ignoring_case(origin.substr(origin.size() - domain.suffix.size()),
                                        domain.suffix) &&
               is_host(label) && label.find_first_of(":[]") == std::string_view::npos;
    });
}

}  // namespace berth::cors
