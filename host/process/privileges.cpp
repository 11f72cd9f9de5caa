#include "process/privileges.h"

#include "base/sys.h"

#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace berth {
namespace {

Error failed(const char* what) {
    return Error{std::string("cannot drop privileges: ") + what + ": " + strerror(errno), errno};
}

// A name of the user database, or a number.
Result<Identity> find_user(const std::string& name) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> space;
    uid_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_number = parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
    if (is_number) {
        getpwuid_r(number, &entry, space.data(), space.size(), &found);
    } else {
        getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
    }
    if (found != nullptr) {
        return Identity{entry.pw_name, entry.pw_uid, entry.pw_gid};
    }
    if (is_number) {
        return Identity{name, number, number};
    }
    return Error{"there is no user '" + name + "'", ENOENT};
}

// Without CAP_SETPCAP the bounding set cannot be touched, and nothing in it can be had either.
void empty_bounding_set() {
    for (unsigned long capability = 0; capability < 64; ++capability) {
        if (sys().prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1) {
            sys().prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
    }
}

Status clear_capabilities() {
    sys().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (sys().capset(&header, none.data()) != 0) {
        return failed("capset");
    }
    return Done{};
}

Status change_user(const Identity& identity) {
    if (sys().setgroups(0, nullptr) != 0) {
        return failed("setgroups");
    }
    if (sys().setresgid(identity.gid, identity.gid, identity.gid) != 0) {
        return failed("setresgid");
    }
    if (sys().setresuid(identity.uid, identity.uid, identity.uid) != 0) {
        return failed("setresuid");
    }
    gid_t real = 0, effective = 0, saved = 0;
    const bool known = sys().getresgid(&real, &effective, &saved) == 0;
    if (!known || real != identity.gid || effective != identity.gid || saved != identity.gid) {
        return Error{"cannot drop privileges: still gid " + std::to_string(effective), EPERM};
    }
    if (sys().getgroups(0, nullptr) != 0) {
        return Error{"cannot drop privileges: still in groups of root", EPERM};
    }
    return Done{};
}

Status verify_user(const Identity& identity, bool root_allowed) {
    uid_t real = 0, effective = 0, saved = 0;
    if (sys().getresuid(&real, &effective, &saved) != 0) {
        return failed("getresuid");
    }
    const bool became = real == identity.uid && effective == identity.uid && saved == identity.uid;
    if (!became) {
        return Error{"cannot drop privileges: still uid " + std::to_string(effective), EPERM};
    }
    if (identity.uid == 0) {
        return root_allowed ? Status(Done{})
                            : Error{"refusing to run plugins as root; set `user:`", EPERM};
    }
    if (sys().setuid(0) == 0) {
        return Error{"cannot drop privileges: root can be had back", EPERM};
    }
    return Done{};
}

Status harden_process() {
    if (sys().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed("no_new_privs");
    }
    if (sys().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return failed("dumpable");
    }
    const rlimit no_core{0, 0};
    if (sys().setrlimit(RLIMIT_CORE, &no_core) != 0) {
        return failed("RLIMIT_CORE");
    }
    return Done{};
}

}  // namespace

std::vector<std::string> service_user_names(const std::string& configured,
                                            const std::string& setuid,
                                            bool started_as_root) {
    if (!started_as_root) {
        return {};
    }
    if (!configured.empty()) {
        return {configured};
    }
    if (!setuid.empty()) {
        return {setuid};
    }
    return {"berth", "nobody"};
}

std::string setuid_variable() {
    const char* value = std::getenv("SETUID");
    return value == nullptr ? "" : value;
}

Result<Identity> resolve_service_user(const std::string& configured, const std::string& setuid) {
    const uid_t own = sys().geteuid();
    const auto names = service_user_names(configured, setuid, own == 0);
    if (names.empty()) {
        auto self = find_user(std::to_string(own));
        self.value().gid = sys().getegid();
        return self;
    }
    Result<Identity> found = Error{};
    for (const std::string& name : names) {
        found = find_user(name);
        if (found) {
            return found;
        }
    }
    return found;
}

Status drop_privileges(const Identity& identity, bool root_allowed) {
    empty_bounding_set();
    Status status = sys().geteuid() == 0 ? change_user(identity) : Status(Done{});
    if (status) {
        status = verify_user(identity, root_allowed);
    }
    if (status) {
        status = clear_capabilities();
    }
    if (status) {
        status = harden_process();
    }
    return status;
}

uint64_t DescriptorBudget::connections() const {
    const uint64_t reserved = file_cache + listeners + upstream;
    return limit <= reserved ? 0 : (limit - reserved) / 10 * 9 + (limit - reserved) % 10 * 9 / 10;
}

uint64_t raise_descriptor_limit() {
    rlimit now{};
    if (sys().getrlimit(RLIMIT_NOFILE, &now) != 0) {
        return 1024;
    }
    rlimit most{now.rlim_max, now.rlim_max};
    if (now.rlim_cur < now.rlim_max && sys().setrlimit(RLIMIT_NOFILE, &most) == 0) {
        return most.rlim_cur;
    }
    return now.rlim_cur;
}

DescriptorBudget descriptor_budget(uint64_t limit, uint64_t listeners) {
    // Poller, wake-up, timer, control, logs and the like are counted with the listeners.
    constexpr uint64_t kFixed = 16;
    DescriptorBudget budget;
    budget.limit = limit;
    budget.listeners = listeners + kFixed;
    budget.file_cache = std::min<uint64_t>(16'384, limit / 10);
    budget.upstream = std::min<uint64_t>(512, limit / 20);
    return budget;
}

}  // namespace berth
