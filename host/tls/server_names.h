#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace berth {

// Finds by host name: the exact name first, then "*.<rest>", which stands for exactly one label.
// The last to claim a name has it.
class ServerNames {
public:
    // host: lower-case, no trailing dot.
    void add(const std::string& host, size_t index);
    // name: as sent by a client, in any case, perhaps with a trailing dot.
    std::optional<size_t> find(std::string_view name) const;

    // Lower-case, without the trailing dot.
    static std::string normalised(std::string_view name);

private:
    std::unordered_map<std::string, size_t> exact_;
    std::unordered_map<std::string, size_t> wildcards_;  // "example.com" for "*.example.com"
};

}  // namespace berth
