#pragma once

#include "berth/cpp/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::blacklist {

// Addresses and networks, or everybody.
class NetworkList {
public:
    // One network, one address, or `*`. NULL, or what is wrong with it.
    const char* add(std::string_view text) {
        if (text == "*") {
            everybody_ = true;
            return nullptr;
        }
        return networks_.add(text);
    }

    bool contains(const berth_ip& ip) const { return everybody_ || networks_.contains(ip); }

private:
    sdk::Networks networks_;
    bool everybody_ = false;
};

struct ListMistake {
    size_t line = 0;
    std::string text;  // what is wrong with it
};

// Adds the lines of a file: one entry each, `#` begins a comment. Stops at a mistake.
inline std::optional<ListMistake> add_lines(std::string_view text, NetworkList& list) {
    for (size_t number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line = line.substr(0, line.find('#'));
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        line = sdk::trim(line);
        const char* const problem = line.empty() ? nullptr : list.add(line);
        if (problem != nullptr) {
            return ListMistake{number, "'" + std::string(line) + "' " + problem};
        }
    }
    return std::nullopt;
}

}  // namespace berth::blacklist
