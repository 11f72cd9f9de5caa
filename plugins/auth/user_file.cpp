#include "user_file.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace berth::auth {
namespace {

// Takes the next line off the front, without its end.
std::string_view take_line(std::string_view& text) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

std::optional<User> parse_line(std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view hash = line.substr(colon + 1);
    if (!hash.empty() && (hash.front() == '$' || hash.front() == '{')) {
        hash = hash.substr(0, hash.find(':'));
    }
    return User{std::string(line.substr(0, colon)), std::string(hash)};
}

}  // namespace

UserFile parse_user_file(std::string_view text) {
    UserFile file;
    std::set<std::string, std::less<>> names;
    for (size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = take_line(text);
        if (sdk::trim(line).empty() || line.front() == '#') {
            continue;
        }
        auto user = parse_line(line);
        const bool is_new = user && names.insert(user->name).second;
        if (is_new) {
            file.users.push_back(std::move(*user));
        } else if (file.problem.empty()) {
            file.problem = std::to_string(number) + ": " +
                           (user ? "'" + user->name + "' is there twice" : "write name:hash");
        }
    }
    return file;
}

}  // namespace berth::auth
