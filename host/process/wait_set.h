#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace berth {

// Descriptors that the supervisor waits for in one turn. Few and slow, so it is filled anew for
// each turn and nothing has to be taken out of it when a process goes.
class WaitSet {
public:
    // kEnd: only for the end of the other side.
    enum class For : uint8_t { kEnd = 0, kReading = 1, kWriting = 2, kReadingAndWriting = 3 };
    // fd < 0 is left out. on_ready reads until nothing is left.
    void add(int fd, std::function<void()> on_ready, For interest = For::kReading);
    // Waits at most timeout_ms (-1: for ever), calls what is ready, forgets everything.
    void wait(int timeout_ms);

private:
    struct Entry {
        int fd;
        For interest;
        std::function<void()> on_ready;
    };
    std::vector<Entry> entries_;
};

}  // namespace berth
