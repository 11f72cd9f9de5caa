#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// Who zygote and workers run as.
struct Identity {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

// Names of users to try in order, the first that exists is taken. An empty list: stay who we are.
// configured: `user:` of berth.yaml; setuid: variable SETUID.
std::vector<std::string> service_user_names(const std::string& configured,
                                            const std::string& setuid,
                                            bool started_as_root);

// The variable SETUID, or "".
std::string setuid_variable();

// Looks those names up; numbers are user ids.
Result<Identity> resolve_service_user(const std::string& configured, const std::string& setuid);

// Becomes that user for ever, without any capability, without core dumps, without new privileges
// over exec; every step is verified. Root stays root only when root_allowed.
Status drop_privileges(const Identity& identity, bool root_allowed);

// How many descriptors a process may have and what they are for.
struct DescriptorBudget {
    uint64_t limit = 0;  // RLIMIT_NOFILE
    uint64_t file_cache = 0, listeners = 0, upstream = 0;
    uint64_t connections() const;
};

// Raises the limit of this process to what it may have; its value. Children inherit it.
uint64_t raise_descriptor_limit();
// What each worker of a configuration with so many listeners may use.
DescriptorBudget descriptor_budget(uint64_t limit, uint64_t listeners);

}  // namespace berth
