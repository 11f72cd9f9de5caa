#include "net/port_holder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace berth {
namespace {

namespace fs = std::filesystem;

// Columns of /proc/net/tcp and udp.
constexpr size_t kLocalAddress = 1, kState = 3, kInode = 9, kColumns = 10;
constexpr std::string_view kListening = "0A";

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        if (end > 0) {
            pieces.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
    Number value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    bool complete = error == std::errc() && end == text.data() + text.size();
    return complete ? std::optional(value) : std::nullopt;
}

std::string read_text(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> socket_links(uint16_t port, bool stream) {
    std::set<std::string> links;
    for (const char* table : {stream ? "/proc/net/tcp" : "/proc/net/udp",
                              stream ? "/proc/net/tcp6" : "/proc/net/udp6"}) {
        for (uint64_t inode : port_inodes(read_text(table), port, stream)) {
            links.insert("socket:[" + std::to_string(inode) + "]");
        }
    }
    return links;
}

bool holds_one_of(const fs::path& process, const std::set<std::string>& links) {
    std::error_code unreadable;
    for (fs::directory_iterator at(process / "fd", unreadable), end; !unreadable && at != end;
         at.increment(unreadable)) {
        std::error_code gone;
        if (links.contains(fs::read_symlink(at->path(), gone).string())) {
            return true;
        }
    }
    return false;
}

PortHolder describe(pid_t pid, const fs::path& process) {
    std::string name = read_text(process / "comm");
    std::erase(name, '\n');
    return {pid, std::move(name), unit_of(read_text(process / "cgroup"))};
}

}  // namespace

std::string PortHolder::text() const {
    return name + " (pid " + std::to_string(pid) + (unit.empty() ? "" : ", " + unit) + ")";
}

std::vector<uint64_t> port_inodes(std::string_view table, uint16_t port, bool stream) {
    std::vector<uint64_t> inodes;
    for (std::string_view line : split(table, '\n')) {
        const auto columns = split(line, ' ');
        if (columns.size() < kColumns || (stream && columns[kState] != kListening)) {
            continue;
        }
        const std::string_view local = columns[kLocalAddress];
        const size_t colon = local.rfind(':');
        if (colon == std::string_view::npos ||
            number<uint16_t>(local.substr(colon + 1), 16) != port) {
            continue;
        }
        if (const auto inode = number<uint64_t>(columns[kInode]); inode.value_or(0) != 0) {
            inodes.push_back(*inode);
        }
    }
    return inodes;
}

std::string unit_of(std::string_view cgroups) {
    for (std::string_view line : split(cgroups, '\n')) {
        for (std::string_view piece : split(line, '/')) {
            if (piece.ends_with(".service")) {
                return std::string(piece);
            }
        }
    }
    return {};
}

std::optional<PortHolder> find_port_holder(uint16_t port, bool stream) {
    const auto links = socket_links(port, stream);
    if (links.empty()) {
        return std::nullopt;
    }
    std::error_code unreadable;
    for (fs::directory_iterator at("/proc", unreadable), end; !unreadable && at != end;
         at.increment(unreadable)) {
        const auto pid = number<pid_t>(at->path().filename().string());
        if (pid && holds_one_of(at->path(), links)) {
            return describe(*pid, at->path());
        }
    }
    return std::nullopt;
}

}  // namespace berth
