#include "process/process_handle.h"

#include "base/sys.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <utility>

namespace berth {
namespace {

pid_t parent_of(pid_t pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const UniqueFd file(sys().open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
    std::array<char, 512> text;
    const ssize_t count = file ? sys().read(file.get(), text.data(), text.size()) : -1;
    return count <= 0 ? 0 : parent_in_stat({text.data(), static_cast<size_t>(count)});
}

}  // namespace

std::optional<ProcessHandle> ProcessHandle::of_child(pid_t pid, pid_t parent) {
    UniqueFd fd(sys().pidfd_open(pid, 0));
    if (!fd) {
        return ProcessHandle(pid, UniqueFd());
    }
    // Asked after the descriptor is there: if the number changed hands in between, the descriptor's
    // process has ended and gets no signal.
    if (parent_of(pid) != parent) {
        return std::nullopt;
    }
    return ProcessHandle(pid, std::move(fd));
}

void ProcessHandle::kill(int signal) const {
    if (fd_) {
        sys().pidfd_send_signal(fd_.get(), signal, nullptr, 0);
    }
}

bool ProcessHandle::is_gone() const {
    return !fd_ || (sys().pidfd_send_signal(fd_.get(), 0, nullptr, 0) != 0 && errno == ESRCH);
}

// "4711 (name, which may hold anything) S 4710 ..."
pid_t parent_in_stat(std::string_view text) {
    constexpr size_t kStateBytes = 4;  // ") S "
    const size_t name_end = text.rfind(')');
    if (name_end == text.npos || text.size() - name_end <= kStateBytes) {
        return 0;
    }
    const char* first = text.data() + name_end + kStateBytes;
    pid_t parent = 0;
    std::from_chars(first, text.data() + text.size(), parent);
    return parent;
}

}  // namespace berth
