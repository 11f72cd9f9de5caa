#include "user_list.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <utility>

namespace berth::auth {

std::string hash_problem(const berth_crypto_ext& crypto, std::string_view hash) {
    switch (crypto.password_check(sdk::sv(hash))) {
        case BERTH_OK:
            return {};
        case BERTH_E_LIMIT:
            return "takes too long to verify: lower its cost";
        case BERTH_E_INVAL:
            return "is damaged: `berth hash-password` makes a new one";
        default:
            return "is no hash of a password: `berth hash-password` makes one";
    }
}

UserList::UserList(std::vector<User> users) : users_(std::move(users)) {
    std::sort(
        users_.begin(), users_.end(), [](const User& a, const User& b) { return a.name < b.name; });
}

const User* UserList::find(std::string_view name) const {
    const auto found = std::lower_bound(
        users_.begin(), users_.end(), name, [](const User& user, std::string_view wanted) {
            return user.name < wanted;
        });
    return found != users_.end() && found->name == name ? &*found : nullptr;
}

}  // namespace berth::auth
