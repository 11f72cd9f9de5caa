#pragma once

#include "base/live.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace berth {

class TimerQueue;

// Something with one deadline, in milliseconds of the loop's monotonic clock. A base class, so that
// owners need no allocation; cancel it, or have it leave, before it dies.
class TimerEntry {
public:
    bool armed() const { return index_ != kIdle; }

protected:
    TimerEntry() = default;
    TimerEntry(const TimerEntry&) = delete;
    TimerEntry& operator=(const TimerEntry&) = delete;
    virtual ~TimerEntry() = default;

    // The deadline passed; the entry is no longer armed and may be set again.
    virtual void on_timer() = 0;

private:
    friend class TimerQueue;
    static constexpr uint32_t kIdle = UINT32_MAX;

    uint64_t due_ms_ = 0;
    uint32_t index_ = kIdle;  // place in the queue
};

// Deadlines in a heap. Putting a deadline off is one store: the entry stays where it is and is put
// back when its old time comes.
class TimerQueue {
public:
    static constexpr uint64_t kNever = UINT64_MAX;

    TimerQueue() { heap_.reserve(kOthersMax); }
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    // One more entry will be set, which cannot fail from here on. Throws when memory is exhausted.
    void enter();
    // It is cancelled, and will not be set again.
    void leave(TimerEntry& entry) {
        cancel(entry);
        --entered_;
    }
    // Arms the entry, or moves its deadline. One that did not enter is one of the few others.
    void set(TimerEntry& entry, uint64_t due_ms) {
        entry.due_ms_ = due_ms;
        if (!entry.armed() || due_ms < heap_[entry.index_].at_ms) {
            place(entry);
        }
    }
    void cancel(TimerEntry& entry);
    // When run() must be called at the latest; kNever when nothing is armed.
    uint64_t next_ms() const { return heap_.empty() ? kNever : heap_.front().at_ms; }
    // Calls on_timer() of all that are due, in the order of their deadlines.
    void run(uint64_t now_ms);
    size_t size() const { return heap_.size(); }

private:
    static constexpr size_t kOthersMax = 64;  // entries that do not enter

    struct Node {
        uint64_t at_ms;  // never later than the entry's deadline
        TimerEntry* entry;
    };

    void place(TimerEntry& entry);
    void put(size_t index, Node node);
    void sift_up(size_t index);
    void sift_down(size_t index);

    std::vector<Node> heap_;
    size_t entered_ = 0;
};

// A deadline with a function, for those that are not entries themselves. Cancelled when it dies.
class Timer final : private TimerEntry {
public:
    Timer(TimerQueue& queue, std::function<void()> action)
        : queue_(queue), action_(std::move(action)) {
        queue_.enter();
    }
    ~Timer() override { queue_.leave(*this); }

    void set(uint64_t due_ms) { queue_.set(*this, due_ms); }
    void cancel() { queue_.cancel(*this); }
    using TimerEntry::armed;

private:
    void on_timer() override { action_(); }

    TimerQueue& queue_;
    std::function<void()> action_;
    [[no_unique_address]] Live<LiveKind::kTimer> live_;
};

}  // namespace berth
