#pragma once

#include "host_api.h"
#include "user_file.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace berth::auth {

// A users file as it was found.
struct UserFileContent {
    std::array<uint8_t, 32> digest{};
    std::vector<User> users;
    std::string problem;  // with path and line; empty: the users are good
    bool unchanged = false;
};

// Reads and checks the whole file; blocks. Users stay empty when it is as `known` says.
UserFileContent read_user_file(const berth_crypto_ext& crypto,
                               const std::string& path,
                               const std::array<uint8_t, 32>& known);

// Looks every few seconds, on the pool, whether a users file changed. A file with a mistake changes
// nothing and is reported once.
class UserFileWatch {
public:
    static constexpr uint64_t kIntervalMs = 5000;
    using Changed = std::function<void(std::vector<User>)>;

    UserFileWatch(const HostApi& api, std::string path, Changed changed);
    ~UserFileWatch();
    UserFileWatch(const UserFileWatch&) = delete;
    UserFileWatch& operator=(const UserFileWatch&) = delete;

    // Reads it at once and begins to watch; returns what is wrong.
    std::string begin();

private:
    struct Job;
    void look();
    void take(UserFileContent content);

    const HostApi& api_;
    std::string path_;
    Changed changed_;
    berth_ticket ticket_;
    berth_timer* timer_ = nullptr;
    std::array<uint8_t, 32> known_{};
    std::string reported_;
    bool looking_ = false;
};

}  // namespace berth::auth
