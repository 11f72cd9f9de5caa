#pragma once

#include "base/result.h"
#include "base/shared_memory.h"
#include "base/shared_name.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace berth {

// Counters in memory that supervisor, zygotes and workers share by fork: one cell per slot and
// name, so that a writer adds without an atomic, and a table of names that only grows. Workers can
// write all of it: what is read from it is treated as hostile.
class CounterPage {
public:
    static constexpr size_t kNameMax = 156;

    static Result<std::unique_ptr<CounterPage>> make(uint32_t slots, uint32_t capacity);
    CounterPage(const CounterPage&) = delete;
    CounterPage& operator=(const CounterPage&) = delete;

    // The cell of that slot, registering the name when it is new. Never null: for a bad slot, a
    // name that is empty or too long, and when the page is full, a cell that nobody reads.
    uint64_t* cell(uint32_t slot, std::string_view name);
    // Each name with the sum over all slots, in the order of registration.
    void for_each(const std::function<void(std::string_view name, uint64_t sum)>& visit) const;
    // The sum of one name, 0 when it is not there.
    uint64_t sum(std::string_view name) const;
    uint32_t slots() const { return slots_; }

private:
    using Name = SharedName<kNameMax>;

    CounterPage(uint32_t slots, uint32_t capacity, SharedMemory memory);
    Name& name_at(uint32_t index) const;
    uint64_t* cell_at(uint32_t slot, uint32_t index) const;
    uint64_t sum_at(uint32_t index) const;

    // Kept here, not in the shared memory, because they bound every access to it.
    const uint32_t slots_;
    const uint32_t capacity_;
    const SharedMemory memory_;
    uint64_t unread_ = 0;
};

}  // namespace berth
