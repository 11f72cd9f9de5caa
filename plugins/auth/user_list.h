#pragma once

#include "host_api.h"
#include "user_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

// What is wrong with the hash of a password, and the remedy; empty: nothing. Never the hash itself.
std::string hash_problem(const berth_crypto_ext& crypto, std::string_view hash);

// Users by name. Their names are unique.
class UserList {
public:
    UserList() = default;
    explicit UserList(std::vector<User> users);

    bool empty() const { return users_.empty(); }
    const User* find(std::string_view name) const;
    // Somebody, always the same for a number: whose hash is computed in place of an unknown user's.
    const User& stand_in(uint64_t number) const { return users_[number % users_.size()]; }

private:
    std::vector<User> users_;  // sorted
};

}  // namespace berth::auth
