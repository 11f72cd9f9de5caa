#include "site.h"

#include <algorithm>

namespace berth::http {

PathPattern PathPattern::parse(std::string_view pattern) {
    if (pattern == "/*") {
        return {};
    }
    if (pattern.front() == '*') {
        return {Kind::kSuffix, std::string(pattern.substr(1))};
    }
    if (pattern.size() > 1 && pattern.substr(pattern.size() - 2) == "/*") {
        return {Kind::kPrefix, std::string(pattern.substr(0, pattern.size() - 1))};
    }
    return {Kind::kExact, std::string(pattern)};
}

bool PathPattern::matches(std::string_view path) const {
    switch (kind) {
        case Kind::kAll:
            return true;
        case Kind::kExact:
            return path == text;
        case Kind::kPrefix:
            return path.substr(0, text.size()) == text;
        case Kind::kSuffix:
            return path.size() >= text.size() && path.substr(path.size() - text.size()) == text;
    }
    return false;
}

uint32_t PathPattern::prefix() const {
    return kind == Kind::kPrefix ? static_cast<uint32_t>(text.size() - 1) : 0;
}

bool Route::serves_method(uint8_t id, std::string_view name) const {
    if (methods == 0 && other_methods.empty()) {
        return true;
    }
    if (id != BERTH_M_OTHER) {
        return (methods >> id & 1) != 0;
    }
    return std::find(other_methods.begin(), other_methods.end(), name) != other_methods.end();
}

}  // namespace berth::http
