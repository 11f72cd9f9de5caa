#include "process/log_files.h"

#include "base/sys.h"
#include "config/config.h"
#include "process/control.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

namespace berth {
namespace {

// Is that the `to` of an `access_log`?
bool is_target(const RawNode& access_log, const std::string& path) {
    const RawMember* to = access_log.find("to");
    return to != nullptr && to->value.is_scalar() && to->value.text == path;
}

// Plugins of a site may have logs of their own under the same key.
bool has_target(const RawNode& node, const std::string& path) {
    const auto member_has = [&path](const RawMember& member) {
        return (member.key == "access_log" && is_target(member.value, path)) ||
               has_target(member.value, path);
    };
    const auto item_has = [&path](const RawNode& item) { return has_target(item, path); };
    return std::any_of(node.members.begin(), node.members.end(), member_has) ||
           std::any_of(node.items.begin(), node.items.end(), item_has);
}

bool has_target(const Config& config, const std::string& path) {
    return is_target(config.machine.access_log, path) ||
           std::any_of(config.sites.begin(), config.sites.end(), [&path](const SiteConfig& site) {
               return has_target(site.raw, path);
           });
}

}  // namespace

Result<UniqueFd> LogFiles::open(const std::string& target) {
    if (target.empty() || target[0] != '/') {
        return UniqueFd();
    }
    UniqueFd file(
        sys().open(target.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!file) {
        return Error{"cannot write the log " + target + ": " + strerror(errno), errno};
    }
    return file;
}

void LogFiles::set_targets(std::vector<std::string> targets, const Config& config) {
    std::erase_if(targets, [&config](const std::string& target) {
        return !target.starts_with('/') || !has_target(config, target);
    });
    paths_ = std::move(targets);
}

Result<ControlMessage> LogFiles::message(const std::string& error_log) const {
    if (paths_.size() > kMax) {
        return Error{"more than " + std::to_string(kMax) +
                     " different log files; let sites share some"};
    }
    ControlMessage message;
    message.type = ControlType::kReopenLogs;
    const auto add = [&message](std::string_view name, const std::string& path) -> Status {
        auto file = open(path);
        if (!file) {
            return file.error();
        }
        if (file.value()) {
            message.text.append(name).append("\n");
            message.fds.push_back(std::move(file).value());
        }
        return Done{};
    };
    if (Status added = add(kErrorLog, error_log); !added) {
        return added.error();
    }
    for (const std::string& path : paths_) {
        if (Status added = add(path, path); !added) {
            return added.error();
        }
    }
    return message;
}

std::vector<std::pair<std::string, UniqueFd>> take_logs(ControlMessage& message) {
    std::vector<std::pair<std::string, UniqueFd>> logs;
    std::istringstream lines(message.text);
    std::string name;
    for (UniqueFd& fd : message.fds) {
        if (std::getline(lines, name)) {
            logs.emplace_back(name, std::move(fd));
        }
    }
    return logs;
}

}  // namespace berth
