#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <mutex>
#include <vector>

namespace berth {

// Weak handles for objects of the loop that other threads may name. A ticket is slot and
// generation; when the object ends its slot's generation moves on, so that a late event finds
// nothing.
class TicketTable {
public:
    // Throws when memory is exhausted.
    berth_ticket issue(void* object);
    void retire(berth_ticket ticket);
    // The object, or nullptr when it has ended. Any thread may ask; only the loop may use the
    // answer.
    void* find(berth_ticket ticket) const;
    size_t live() const;

private:
    struct Slot {
        void* object = nullptr;
        uint32_t generation = 1;
    };
    void add_slot();
    static uint32_t slot_of(berth_ticket ticket) { return static_cast<uint32_t>(ticket); }
    static uint32_t generation_of(berth_ticket ticket) {
        return static_cast<uint32_t>(ticket >> 32);
    }

    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    std::vector<uint32_t> free_;
};

}  // namespace berth
