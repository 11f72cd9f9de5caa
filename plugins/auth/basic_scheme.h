#pragma once

#include "authorization.h"
#include "hash_checks.h"
#include "host_api.h"
#include "scheme.h"
#include "user_file_watch.h"
#include "user_list.h"
#include "verified_logins.h"

#include "berth/cpp/config.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::auth {

// Lets in who knows the password of a user (RFC 7617).
class BasicScheme final : public Scheme {
public:
    // judged: the attempt that got kLater goes on; its login is set when the password was right.
    using Judged = std::function<void(Attempt&, bool right)>;

    BasicScheme(const HostApi& api, Judged judged);

    berth_status configure(const sdk::Config& given);
    Verdict judge(Attempt& attempt) override;
    std::string_view challenge() const override { return "Basic"; }
    std::string_view challenge_parameters() const override { return ", charset=\"UTF-8\""; }
    void forget(Attempt& attempt) override { HashChecks::forget(attempt); }

private:
    berth_status read_users(const sdk::Config& users);
    std::string read_file(const sdk::Config& file);
    void set_file_users(std::vector<User> users);
    std::optional<Credentials> credentials_of(const Attempt& attempt, bool* given) const;
    bool login_key(const Credentials& credentials, std::string_view hash, LoginKey* out) const;
    uint64_t number_of(std::string_view name) const;
    void on_checked(Attempt& attempt, bool right, const LoginKey& key);
    Verdict fail();

    const HostApi& api_;
    Judged judged_;
    uint64_t* failures_;
    std::array<uint8_t, 32> secret_{};  // of this worker: keys of logins are made with it
    std::vector<User> own_users_;       // of the settings
    UserList users_;                    // those and the file's
    VerifiedLogins verified_{0};
    HashChecks checks_;
    std::unique_ptr<UserFileWatch> watch_;
};

}  // namespace berth::auth
