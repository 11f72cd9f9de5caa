#include "net/timer_queue.h"

#include "base/room.h"

#include <utility>

namespace berth {

void TimerQueue::enter() {
    reserve_room(heap_, entered_ + 1 + kOthersMax);
    ++entered_;
}

void TimerQueue::place(TimerEntry& entry) {
    if (!entry.armed()) {
        heap_.push_back({});
        put(heap_.size() - 1, {entry.due_ms_, &entry});
    } else {
        heap_[entry.index_].at_ms = entry.due_ms_;
    }
    sift_up(entry.index_);
}

void TimerQueue::cancel(TimerEntry& entry) {
    if (!entry.armed()) {
        return;
    }
    const size_t hole = std::exchange(entry.index_, TimerEntry::kIdle);
    const Node last = heap_.back();
    heap_.pop_back();
    if (hole == heap_.size()) {
        return;
    }
    put(hole, last);
    sift_up(hole);
    sift_down(last.entry->index_);
}

void TimerQueue::run(uint64_t now_ms) {
    while (!heap_.empty() && heap_.front().at_ms <= now_ms) {
        TimerEntry& entry = *heap_.front().entry;
        if (entry.due_ms_ > now_ms) {
            heap_.front().at_ms = entry.due_ms_;  // it was put off
            sift_down(0);
            continue;
        }
        cancel(entry);
        entry.on_timer();
    }
}

void TimerQueue::put(size_t index, Node node) {
    heap_[index] = node;
    node.entry->index_ = static_cast<uint32_t>(index);
}

void TimerQueue::sift_up(size_t index) {
    const Node node = heap_[index];
    while (index > 0) {
        const size_t parent = (index - 1) / 2;
        if (heap_[parent].at_ms <= node.at_ms) {
            break;
        }
        put(index, heap_[parent]);
        index = parent;
    }
    put(index, node);
}

void TimerQueue::sift_down(size_t index) {
    const Node node = heap_[index];
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= heap_.size()) {
            break;
        }
        if (child + 1 < heap_.size() && heap_[child + 1].at_ms < heap_[child].at_ms) {
            ++child;
        }
        if (node.at_ms <= heap_[child].at_ms) {
            break;
        }
        put(index, heap_[child]);
        index = child;
    }
    put(index, node);
}

}  // namespace berth
