#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct PortHolder {
    pid_t pid = 0;
    std::string name;
    std::string unit;  // of systemd; empty when it is none's

    // "nginx (pid 812, nginx.service)"
    std::string text() const;
};

// Inodes of the sockets of a /proc/net/tcp, tcp6, udp or udp6 table that hold the local port; for
// TCP (stream) only those that listen.
std::vector<uint64_t> port_inodes(std::string_view table, uint16_t port, bool stream);

// The unit in the text of a /proc/PID/cgroup, or "".
std::string unit_of(std::string_view cgroups);

// The process that holds a port, as far as /proc lets this user see it.
std::optional<PortHolder> find_port_holder(uint16_t port, bool stream);

}  // namespace berth
