#include "user_file_watch.h"

#include "user_list.h"

#include "berth/cpp/guard.hpp"
#include "berth/cpp/text.hpp"

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace berth::auth {
namespace {

constexpr size_t kFileMax = 16 << 20;

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    char buffer[16 * 1024];
    while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
        text.append(buffer, static_cast<size_t>(file.gcount()));
        if (text.size() > kFileMax) {
            return std::nullopt;
        }
    }
    return file.eof() && !file.bad() ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

UserFileContent read_user_file(const berth_crypto_ext& crypto,
                               const std::string& path,
                               const std::array<uint8_t, 32>& known) {
    UserFileContent content;
    const auto text = read_file(path);
    if (!text) {
        content.problem = path + ": cannot be read by the service's user, or has more than 16 MiB";
        return content;
    }
    const berth_sv part = sdk::sv(*text);
    crypto.digest(BERTH_DIGEST_SHA256, &part, 1, content.digest.data());
    content.unchanged = content.digest == known;
    if (content.unchanged) {
        return content;
    }
    UserFile file = parse_user_file(*text);
    content.problem = file.problem.empty() ? "" : path + ":" + file.problem;
    for (const User& user : file.users) {
        const std::string problem = hash_problem(crypto, user.hash);
        if (content.problem.empty() && !problem.empty()) {
            content.problem = path + ": what '" + user.name + "' has " + problem;
        }
    }
    content.users = std::move(file.users);
    return content;
}

struct UserFileWatch::Job {
    const berth_crypto_ext& crypto;
    std::string path;
    std::array<uint8_t, 32> known;
    UserFileContent content;

    static void work(void* job) {
        Job& self = *static_cast<Job*>(job);
        const berth_status status = sdk::guarded(
            [&] { self.content = read_user_file(self.crypto, self.path, self.known); });
        if (status < 0) {
            self.content.problem = "no memory";  // short, so that it needs none
        }
    }
    static void done(void* watch, void* job) {
        const std::unique_ptr<Job> self(static_cast<Job*>(job));
        if (watch != nullptr) {
            sdk::guarded(
                [&] { static_cast<UserFileWatch*>(watch)->take(std::move(self->content)); });
        }
    }
};

UserFileWatch::UserFileWatch(const HostApi& api, std::string path, Changed changed)
    : api_(api),
      path_(std::move(path)),
      changed_(std::move(changed)),
      ticket_(api.loop->ticket(this)) {}

UserFileWatch::~UserFileWatch() {
    if (timer_ != nullptr) {
        api_.loop->timer_cancel(timer_);
    }
    api_.loop->retire(ticket_);
}

std::string UserFileWatch::begin() {
    UserFileContent content = read_user_file(*api_.crypto, path_, known_);
    if (content.problem.empty()) {
        known_ = content.digest;
        changed_(std::move(content.users));
        timer_ = api_.loop->timer(
            kIntervalMs,
            kIntervalMs,
            [](void* self) { sdk::guarded([&] { static_cast<UserFileWatch*>(self)->look(); }); },
            this);
    }
    return content.problem;
}

void UserFileWatch::look() {
    if (looking_) {
        return;
    }
    auto job = std::make_unique<Job>(Job{*api_.crypto, path_, known_, {}});
    if (api_.loop->offload(ticket_, Job::work, Job::done, job.get()) >= 0) {
        job.release();  // done() comes, whatever happens
        looking_ = true;
    }
}

void UserFileWatch::take(UserFileContent content) {
    looking_ = false;
    if (!content.problem.empty()) {
        if (content.problem != reported_) {
            const std::string line = "auth: " + content.problem + "; the users before stay";
            api_.host->log(api_.host, nullptr, BERTH_LOG_WARNING, sdk::sv(line));
        }
        reported_ = content.problem;
        return;
    }
    reported_.clear();
    if (!content.unchanged) {
        known_ = content.digest;
        changed_(std::move(content.users));
    }
}

}  // namespace berth::auth
