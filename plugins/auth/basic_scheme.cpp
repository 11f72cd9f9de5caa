#include "basic_scheme.h"

#include "berth/cpp/guard.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace berth::auth {

BasicScheme::BasicScheme(const HostApi& api, Judged judged)
    : api_(api),
      judged_(std::move(judged)),
      failures_(api.worker->counter(sdk::sv("berth_auth_failures_total{scheme=\"basic\"}"))),
      checks_(api, [this](Attempt& attempt, bool right, const LoginKey& key) {
          on_checked(attempt, right, key);
      }) {}

berth_status BasicScheme::configure(const sdk::Config& given) {
    if (api_.crypto->random(secret_.data(), secret_.size()) < 0) {
        return given.fail("the system has no random bytes", BERTH_E_FAIL);
    }
    verified_ = VerifiedLogins(static_cast<uint64_t>(given["cache"].integer()));
    const berth_status status = read_users(given["users"]);
    users_ = UserList(own_users_);
    if (status < 0) {
        return status;
    }
    if (const sdk::Config file = given["file"]; file) {
        const std::string problem = read_file(file);
        return problem.empty() ? BERTH_OK : file.fail(problem);
    }
    return users_.empty() ? given.fail("there are no users: give it `users` or a `file` of them")
                          : BERTH_OK;
}

// Reported at the list, so that no hash is shown.
berth_status BasicScheme::read_users(const sdk::Config& users) {
    berth_status status = BERTH_OK;
    for (uint32_t i = 0; i < users.count(); ++i) {
        std::string_view name;
        const std::string_view hash = users.at(i, &name).text();
        const std::string problem = hash_problem(*api_.crypto, hash);
        if (!problem.empty()) {
            status = users.fail("what '" + std::string(name) + "' has " + problem);
        }
        own_users_.push_back({std::string(name), std::string(hash)});
    }
    return status;
}

std::string BasicScheme::read_file(const sdk::Config& file) {
    watch_ = std::make_unique<UserFileWatch>(
        api_, std::string(file.text()), [this](std::vector<User> users) {
            set_file_users(std::move(users));
        });
    return watch_->begin();
}

// Those of the settings win.
void BasicScheme::set_file_users(std::vector<User> users) {
    const UserList own(own_users_);
    users.erase(std::remove_if(users.begin(),
                               users.end(),
                               [&](const User& user) { return own.find(user.name) != nullptr; }),
                users.end());
    users.insert(users.end(), own_users_.begin(), own_users_.end());
    users_ = UserList(std::move(users));
}

Verdict BasicScheme::judge(Attempt& attempt) {
    bool given = false;
    const auto credentials = credentials_of(attempt, &given);
    if (!credentials) {
        return given ? fail() : Verdict::kNo;
    }
    if (users_.empty()) {
        return fail();
    }
    const User* const user = users_.find(credentials->user);
    // Unknown users take as long as known ones, and the same name always as long.
    const User& checked = user != nullptr ? *user : users_.stand_in(number_of(credentials->user));
    LoginKey key{};
    if (!login_key(*credentials, checked.hash, &key)) {
        return fail();
    }
    attempt.login = credentials->user;
    if (user != nullptr && verified_.contains(key, api_.loop->now_ms())) {
        return Verdict::kYes;
    }
    const HashChecks::Question question{key, credentials->password, checked.hash, user != nullptr};
    return checks_.ask(question, attempt) ? Verdict::kLater : Verdict::kBusy;
}

// Decoded into the request's arena. *given: something was sent for this scheme.
std::optional<Credentials> BasicScheme::credentials_of(const Attempt& attempt, bool* given) const {
    const auto authorization =
        parse_authorization(sdk::view(berth_known(attempt.request, BERTH_H_AUTHORIZATION)));
    *given = authorization && sdk::equal_ignoring_case(authorization->scheme, "Basic");
    if (!*given) {
        return std::nullopt;
    }
    const std::string_view token = authorization->token;
    auto* const memory = static_cast<char*>(
        berth_alloc(api_.host, attempt.request->arena, BERTH_BASE64_DATA_SIZE(token.size())));
    size_t n = 0;
    if (memory == nullptr || api_.crypto->base64_decode(0, sdk::sv(token), memory, &n) < 0) {
        return std::nullopt;
    }
    return parse_credentials({memory, n});
}

// The hash is part of it: a user whose password changed is not found any more. No part holds a zero
// byte, so the parts cannot be cut in two ways.
bool BasicScheme::login_key(const Credentials& credentials,
                            std::string_view hash,
                            LoginKey* out) const {
    const berth_sv zero{"\0", 1};
    const berth_sv parts[] = {
        sdk::sv(credentials.user), zero, sdk::sv(credentials.password), zero, sdk::sv(hash)};
    const berth_sv key{reinterpret_cast<const char*>(secret_.data()), secret_.size()};
    return api_.crypto->hmac(BERTH_DIGEST_SHA256, key, parts, 5, out->data()) == BERTH_OK;
}

uint64_t BasicScheme::number_of(std::string_view name) const {
    LoginKey key{};
    login_key({name, {}}, {}, &key);
    uint64_t number = 0;
    std::memcpy(&number, key.data(), sizeof number);
    return number;
}

void BasicScheme::on_checked(Attempt& attempt, bool right, const LoginKey& key) {
    if (right) {
        sdk::guarded([&] { verified_.add(key, api_.loop->now_ms()); });  // or asked for again
    } else {
        fail();
        attempt.login = {};
    }
    judged_(attempt, right);
}

Verdict BasicScheme::fail() {
    ++*failures_;
    return Verdict::kNo;
}

}  // namespace berth::auth
