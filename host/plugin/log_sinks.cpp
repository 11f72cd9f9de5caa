#include "plugin/log_sinks.h"

#include "base/sys.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr uint64_t kWriteAfterMs = 100;
constexpr size_t kPipeChunk = 4096;  // a pipe that is writable takes so much without blocking

}  // namespace

LogSink::LogSink(std::string name, UniqueFd fd, uint64_t* dropped)
    : name_(std::move(name)),
      fd_(std::move(fd)),
      dropped_(dropped),
      buffer_(std::make_unique<char[]>(kBuffer)) {
    struct stat status {};
    regular_ = sys().fstat(fd_.get(), &status) == 0 && S_ISREG(status.st_mode);
}

char* LogSink::reserve(size_t n) {
    if (n > kLineMax) {
        ++*dropped_;
        return nullptr;
    }
    if (kBuffer - used_ < n) {
        write_out();
    }
    if (kBuffer - used_ < n) {
        ++*dropped_;
        return nullptr;
    }
    return buffer_.get() + used_;
}

void LogSink::commit(size_t n) {
    used_ += n;
    if (used_ > kBuffer / 2) {
        write_out();
    }
}

bool LogSink::takes_bytes() const {
    if (regular_) {
        return true;
    }
    pollfd ready{fd_.get(), POLLOUT, 0};
    return sys().poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

// A full disk may have taken a part of a line: what comes later is a line of its own.
bool LogSink::mend() {
    torn_ = torn_ && sys().write(fd_.get(), "\n", 1) != 1;
    return !torn_;
}

void LogSink::write_out() {
    size_t done = 0;
    while (done < used_ && takes_bytes() && mend()) {
        const size_t want = regular_ ? used_ - done : std::min(used_ - done, kPipeChunk);
        const ssize_t wrote = sys().write(fd_.get(), buffer_.get() + done, want);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            break;
        }
        done += static_cast<size_t>(wrote);
    }
    if (done < used_ && regular_) {  // a full disk: keep serving, lose the lines
        *dropped_ +=
            static_cast<uint64_t>(std::count(buffer_.get() + done, buffer_.get() + used_, '\n'));
        torn_ |= done != 0 && buffer_[done - 1] != '\n';
        done = used_;
    } else if (done < used_) {
        std::memmove(buffer_.get(), buffer_.get() + done, used_ - done);
    }
    used_ -= done;
}

void LogSink::reopen(UniqueFd fd) {
    write_out();
    fd_ = std::move(fd);
    torn_ = false;
}

void LogSinks::provide(std::string_view target, UniqueFd fd) {
    provided_.emplace_back(target, std::move(fd));
}

LogSink* LogSinks::find(std::string_view target) const {
    for (const auto& sink : sinks_) {
        if (sink->name() == target) {
            return sink.get();
        }
    }
    return nullptr;
}

Result<UniqueFd> LogSinks::descriptor(const std::string& target) {
    const auto given = std::find_if(
        provided_.begin(), provided_.end(), [&](const auto& each) { return each.first == target; });
    if (given != provided_.end()) {
        return std::move(given->second);
    }
    const bool standard = target == "stdout" || target == "stderr";
    const int fd =
        standard
            ? sys().fcntl(target == "stdout" ? STDOUT_FILENO : STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
            : sys().open(
                  target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd < 0) {
        return Error{"cannot open the log " + target + ": " + std::strerror(errno), errno};
    }
    return UniqueFd(fd);
}

Result<LogSink*> LogSinks::open(std::string_view target) {
    if (LogSink* known = find(target)) {
        return known;
    }
    auto fd = descriptor(std::string(target));
    if (!fd.ok()) {
        return fd.error();
    }
    sinks_.push_back(
        std::make_unique<LogSink>(std::string(target), std::move(fd).value(), dropped_));
    return sinks_.back().get();
}

void LogSinks::reopen(std::string_view target, UniqueFd fd) {
    if (LogSink* sink = find(target)) {
        sink->reopen(std::move(fd));
    }
}

LogSinks::~LogSinks() {
    loop_.timers().cancel(*this);
    write_out();
}

void LogSinks::lines_wait() {
    if (!armed()) {
        loop_.timers().set(*this, loop_.now_ms() + kWriteAfterMs);
    }
}

void LogSinks::write_out() {
    for (const auto& sink : sinks_) {
        sink->write_out();
    }
}

}  // namespace berth
