#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

struct Config;
struct ControlMessage;

// The log files of a generation: opened by the supervisor, which may, for processes that may not.
class LogFiles {
public:
    // The error log in a message to zygote or worker; the others are named by their paths.
    static constexpr std::string_view kErrorLog = "#error";
    // More than one message can carry are refused.
    static constexpr size_t kMax = 14;

    // Opened for appending, made when missing; not through a symbolic link. No descriptor for
    // "stderr".
    static Result<UniqueFd> open(const std::string& target);

    // What zygotes reported as the files of access logs; "stdout" and the like are left out, and so
    // is what is not the `to` of an `access_log` of the configuration: a zygote, which is not
    // trusted, must not have any file it names opened by root.
    void set_targets(std::vector<std::string> targets, const Config& config);
    // All of them opened now, with the error log when there is one, as one message.
    Result<ControlMessage> message(const std::string& error_log) const;

private:
    std::vector<std::string> paths_;
};

// What came in a message: name and descriptor of each log.
std::vector<std::pair<std::string, UniqueFd>> take_logs(ControlMessage& message);

}  // namespace berth
