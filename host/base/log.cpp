#include "base/log.h"

#include "base/sys.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/String.h>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>

namespace berth {

namespace {

constexpr size_t kLineMax = 8192;
constexpr size_t kPipeChunk = 4096;  // a pipe that has room takes so much without blocking
constexpr const char* kLoggerName = "berth";

Poco::Message::Priority priority_of(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return Poco::Message::PRIO_DEBUG;
        case LogLevel::kInfo:
            return Poco::Message::PRIO_INFORMATION;
        case LogLevel::kWarning:
            return Poco::Message::PRIO_WARNING;
        case LogLevel::kError:
            return Poco::Message::PRIO_ERROR;
    }
    return Poco::Message::PRIO_ERROR;
}

std::string_view name_of(Poco::Message::Priority priority) {
    if (priority >= Poco::Message::PRIO_DEBUG) {
        return "debug";
    }
    if (priority >= Poco::Message::PRIO_NOTICE) {
        return "info";
    }
    return priority == Poco::Message::PRIO_WARNING ? "warning" : "error";
}

// Writes each message with one write(), so that lines of several processes do not mix. A line that
// nobody takes, because the viewer at the end of a pipe stands still, say, is lost instead of
// holding up a server; the next one that finds room says so.
class LineChannel : public Poco::Channel {
public:
    LineChannel() { set_sink({}); }

    void log(const Poco::Message& message) override {
        const std::lock_guard lock(mutex_);
        if (lost_ != 0) {
            const std::string count = std::to_string(lost_) + " lines of the log were lost here";
            const Poco::Message notice({}, count, Poco::Message::PRIO_WARNING);
            if (!write_all(line_of(notice))) {
                ++lost_;
                return;
            }
            lost_ = 0;
        }
        lost_ += write_all(line_of(message)) ? 0 : 1;
    }

    void set_sink(UniqueFd sink) {
        const std::lock_guard lock(mutex_);
        sink_ = std::move(sink);
        struct stat found {};
        is_file_ = sys().fstat(fd(), &found) == 0 && S_ISREG(found.st_mode);
    }

    void set_process(std::string_view name) {
        const std::lock_guard lock(mutex_);
        process_ = escape_log_text(name);
    }

private:
    int fd() const { return sink_ ? sink_.get() : STDERR_FILENO; }

    std::string line_of(const Poco::Message& message) const {
        std::string line =
            Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%S.%iZ");
        line.append(" ").append(name_of(message.getPriority())).append(" ");
        line.append(process_).append("[").append(std::to_string(::getpid())).append("]: ");
        line += escape_log_text(message.getText());
        if (line.size() >= kLineMax) {
            line.resize(kLineMax - 1);
        }
        line += '\n';
        return line;
    }

    bool has_room() const {
        pollfd ready{fd(), POLLOUT, 0};
        return is_file_ || sys().poll(&ready, 1, 0) == 1;
    }

    // False: it was not taken. What cannot be written at all has nowhere to say so.
    bool write_all(const std::string& text) {
        const std::string whole = (torn_ ? "\n" : "") + text;
        std::string_view line = whole;
        while (!line.empty()) {
            if (!has_room()) {
                return false;
            }
            const size_t part = is_file_ ? line.size() : std::min(line.size(), kPipeChunk);
            const ssize_t n = sys().write(fd(), line.data(), part);
            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n <= 0) {
                return true;
            }
            torn_ = true;
            line.remove_prefix(static_cast<size_t>(n));
        }
        torn_ = false;
        return true;
    }

    std::mutex mutex_;
    UniqueFd sink_;
    std::string process_ = "berth";
    uint64_t lost_ = 0;     // lines, since one was written
    bool is_file_ = false;  // which always has room
    bool torn_ = false;     // the last line ends in its middle
};

// Poco keeps loggers by name for the life of the process; so is our channel.
struct Log {
    Poco::AutoPtr<LineChannel> channel{new LineChannel};
    Poco::Logger& logger{
        Poco::Logger::create(kLoggerName, channel, Poco::Message::PRIO_INFORMATION)};
};

Log& process_log() {
    static Log log;
    return log;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
    const std::string lower = Poco::toLower(std::string(name));
    for (const LogLevel level :
         {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
        if (lower == log_level_name(level)) {
            return level;
        }
    }
    return std::nullopt;
}

std::string_view log_level_name(LogLevel level) {
    return name_of(priority_of(level));
}

void start_log(LogLevel level, UniqueFd sink) {
    reopen_log(std::move(sink));
    set_log_level(level);
}

void reopen_log(UniqueFd sink) {
    process_log().channel->set_sink(std::move(sink));
}

void set_log_level(LogLevel level) {
    process_log().logger.setLevel(priority_of(level));
}

bool log_enabled(LogLevel level) {
    return process_log().logger.is(priority_of(level));
}

void set_log_process(std::string_view name) {
    process_log().channel->set_process(name);
}

void write_log(LogLevel level, std::string_view message) {
    if (log_enabled(level)) {
        process_log().logger.log(
            Poco::Message(kLoggerName, std::string(message), priority_of(level)));
    }
}

std::string escape_log_text(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string escaped;
    escaped.reserve(std::min(text.size(), kLineMax));
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool plain = byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\';
        if (escaped.size() + (plain ? 1 : 4) > kLineMax) {
            break;
        }
        if (plain) {
            escaped += letter;
            continue;
        }
        escaped.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return escaped;
}

}  // namespace berth
