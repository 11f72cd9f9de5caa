#include "plugin/ticket_table.h"

#include "base/room.h"

namespace berth {

berth_ticket TicketTable::issue(void* object) {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
        add_slot();
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    slots_[index].object = object;
    return (static_cast<uint64_t>(slots_[index].generation) << 32) | index;
}

// With room for its return, so that retire() needs none.
void TicketTable::add_slot() {
    reserve_room(slots_, slots_.size() + 1);
    reserve_room(free_, slots_.size() + 1);
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
}

void TicketTable::retire(berth_ticket ticket) {
    const std::lock_guard lock(mutex_);
    const uint32_t index = slot_of(ticket);
    if (index >= slots_.size() || slots_[index].generation != generation_of(ticket)) {
        return;
    }
    slots_[index].object = nullptr;
    if (++slots_[index].generation == 0) {  // generation 0 would make ticket 0, which means none
        slots_[index].generation = 1;
    }
    free_.push_back(index);
}

void* TicketTable::find(berth_ticket ticket) const {
    const std::lock_guard lock(mutex_);
    const uint32_t index = slot_of(ticket);
    if (index >= slots_.size() || slots_[index].generation != generation_of(ticket)) {
        return nullptr;
    }
    return slots_[index].object;
}

size_t TicketTable::live() const {
    const std::lock_guard lock(mutex_);
    return slots_.size() - free_.size();
}

}  // namespace berth
