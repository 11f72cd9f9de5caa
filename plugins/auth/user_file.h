#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

struct User {
    std::string name, hash;
};

struct UserFile {
    std::vector<User> users;
    std::string problem;  // of the first line that is wrong, "3: ..."; empty: there is none
};

// Reads lines of "name:hash", what htpasswd writes. Empty lines and those that begin with # are
// skipped, and so is what stands behind another colon, unless the hash itself has colons.
UserFile parse_user_file(std::string_view text);

}  // namespace berth::auth
