#pragma once

#include "base/live.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/event_loop.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// One target of access logs in this worker: lines gather in a buffer that is written when it is
// nearly full and a moment after its first line. A target that takes nothing loses lines, counted,
// and never holds up the loop.
class LogSink {
public:
    static constexpr size_t kLineMax = 8 * 1024;

    // dropped: counter cell for lines lost.
    LogSink(std::string name, UniqueFd fd, uint64_t* dropped);

    // Room for a line of at most n bytes, nullptr when it is dropped; commit() makes n bytes a
    // line.
    char* reserve(size_t n);
    void commit(size_t n);
    void write_out();
    // The file was rotated: what is buffered goes to the old one.
    void reopen(UniqueFd fd);

    const std::string& name() const { return name_; }

private:
    static constexpr size_t kBuffer = 64 * 1024;
    bool takes_bytes() const;
    bool mend();

    std::string name_;
    UniqueFd fd_;
    uint64_t* dropped_;
    std::unique_ptr<char[]> buffer_;
    size_t used_ = 0;
    bool regular_ = true;
    bool torn_ = false;  // the file ends in the middle of a line
    [[no_unique_address]] Live<LiveKind::kSink> live_;
};

// All sinks of a worker, by target.
class LogSinks final : private TimerEntry {
public:
    LogSinks(EventLoop& loop, uint64_t* dropped) : loop_(loop), dropped_(dropped) {}
    ~LogSinks();
    LogSinks(const LogSinks&) = delete;
    LogSinks& operator=(const LogSinks&) = delete;

    // Sees to it that lines just committed are written soon.
    void lines_wait();

    // Descriptors that the supervisor opened for a target; used instead of opening it here.
    void provide(std::string_view target, UniqueFd fd);
    // "stdout", "stderr" or a path; the same target gives the same sink.
    Result<LogSink*> open(std::string_view target);
    // Replaces the file of a target after a rotation.
    void reopen(std::string_view target, UniqueFd fd);
    void write_out();

private:
    void on_timer() override { write_out(); }
    LogSink* find(std::string_view target) const;
    Result<UniqueFd> descriptor(const std::string& target);

    EventLoop& loop_;
    uint64_t* dropped_;
    std::vector<std::unique_ptr<LogSink>> sinks_;
    std::vector<std::pair<std::string, UniqueFd>> provided_;
};

}  // namespace berth
