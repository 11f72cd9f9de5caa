#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::cors {

// Origins by name ("https://a.example:8443", "null"), by the domain they are under
// ("https://*.a.example"), or all of them ("*").
class OriginSet {
public:
    // What is wrong with the pattern, empty when nothing is.
    std::string add(std::string_view pattern);

    bool everybody() const { return everybody_; }
    // origin: as the field has it.
    bool contains(std::string_view origin) const;

private:
    struct Domain {
        std::string scheme;  // "https://"
        std::string suffix;  // ".a.example"
    };

    bool everybody_ = false;
    std::vector<std::string> names_;
    std::vector<Domain> domains_;
};

}  // namespace berth::cors
