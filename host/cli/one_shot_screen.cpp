#include "cli/one_shot_screen.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCountedMax = 10'000;
constexpr size_t kTitleColumns = 18;

std::string count_files(const fs::path& folder) {
    size_t files = 0, seen = 0;
    std::error_code problem;
    fs::recursive_directory_iterator entry(
        folder, fs::directory_options::skip_permission_denied, problem);
    for (const fs::recursive_directory_iterator end; !problem && entry != end;
         entry.increment(problem)) {
        if (entry->path().filename().string().starts_with('.')) {
            entry.disable_recursion_pending();
            continue;
        }
        files += entry->is_regular_file(problem) ? 1 : 0;
        if (++seen == kCountedMax) {
            return std::to_string(files) + "+ files";
        }
    }
    return std::to_string(files) + (files == 1 ? " file" : " files");
}

// Empty: not one that others reach.
std::string reachable(const ifaddrs& interface) {
    const unsigned up = IFF_UP | IFF_RUNNING;
    if (interface.ifa_addr == nullptr || (interface.ifa_flags & up) != up ||
        (interface.ifa_flags & IFF_LOOPBACK) != 0) {
        return "";
    }
    const void* address = nullptr;
    if (interface.ifa_addr->sa_family == AF_INET) {
        address = &reinterpret_cast<const sockaddr_in*>(interface.ifa_addr)->sin_addr;
    } else if (interface.ifa_addr->sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr)->sin6_addr;
        address = IN6_IS_ADDR_LINKLOCAL(&v6) ? nullptr : &v6;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool shown =
        address != nullptr &&
        inet_ntop(interface.ifa_addr->sa_family, address, text.data(), text.size()) != nullptr;
    return shown ? text.data() : "";
}

}  // namespace

std::string folder_title(const std::string& path) {
    std::error_code problem;
    std::string title = fs::absolute(path, problem).lexically_normal().string();
    if (title.size() > 1 && title.back() == '/') {
        title.pop_back();
    }
    const std::string files = count_files(title);
    const char* const home = std::getenv("HOME");
    const std::string_view below = home == nullptr ? "" : home;
    if (below.size() > 1 && title.starts_with(below) &&
        (title.size() == below.size() || title[below.size()] == '/')) {
        title.replace(0, below.size(), "~");
    }
    title.append(std::max(title.size() + 2, kTitleColumns) - title.size(), ' ');
    return title + files;
}

std::vector<std::string> network_addresses() {
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(first, freeifaddrs);
    std::vector<std::string> found;
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
        if (std::string address = reachable(*at); !address.empty()) {
            found.push_back(std::move(address));
        }
    }
    std::stable_partition(found.begin(), found.end(), [](const std::string& address) {
        return address.find(':') == std::string::npos;
    });
    return found;
}

std::string network_url(std::string_view url, const std::string& address) {
    constexpr std::string_view kHere = "127.0.0.1";
    std::string made(url);
    const size_t at = made.find(kHere);
    if (at != std::string::npos) {
        const bool v6 = address.find(':') != std::string::npos;
        made.replace(at, kHere.size(), v6 ? "[" + address + "]" : address);
    }
    return made;
}

}  // namespace berth
