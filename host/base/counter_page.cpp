#include "base/counter_page.h"

#include <string>
#include <utility>

namespace berth {

Result<std::unique_ptr<CounterPage>> CounterPage::make(uint32_t slots, uint32_t capacity) {
    static_assert(sizeof(Name) == 160);
    auto memory = SharedMemory::make(
        size_t{capacity} * sizeof(Name) + size_t{slots} * capacity * sizeof(uint64_t),
        "the page of counters");
    if (!memory) {
        return memory.error();
    }
    return std::unique_ptr<CounterPage>(
        new CounterPage(slots, capacity, std::move(memory).value()));
}

CounterPage::CounterPage(uint32_t slots, uint32_t capacity, SharedMemory memory)
    : slots_(slots), capacity_(capacity), memory_(std::move(memory)) {}

CounterPage::Name& CounterPage::name_at(uint32_t index) const {
    return static_cast<Name*>(memory_.data())[index];
}

uint64_t* CounterPage::cell_at(uint32_t slot, uint32_t index) const {
    auto* cells = static_cast<uint64_t*>(static_cast<void*>(&name_at(capacity_)));
    return cells + size_t{slot} * capacity_ + index;
}

uint64_t* CounterPage::cell(uint32_t slot, std::string_view name) {
    if (slot >= slots_ || name.empty() || name.size() > kNameMax) {
        return &unread_;
    }
    for (uint32_t i = 0; i < capacity_; ++i) {
        Name& entry = name_at(i);
        if (entry.settled_state() == Name::kFree && entry.begin(name)) {
            entry.publish();
            return cell_at(slot, i);
        }
        if (entry.settled_state() == Name::kReady && entry.view() == name) {
            return cell_at(slot, i);
        }
    }
    return &unread_;
}

uint64_t CounterPage::sum_at(uint32_t index) const {
    uint64_t sum = 0;
    for (uint32_t slot = 0; slot < slots_; ++slot) {
        sum += __atomic_load_n(cell_at(slot, index), __ATOMIC_RELAXED);
    }
    return sum;
}

void CounterPage::for_each(
    const std::function<void(std::string_view name, uint64_t sum)>& visit) const {
    for (uint32_t i = 0; i < capacity_; ++i) {
        const Name& entry = name_at(i);
        if (!entry.is_ready()) {
            continue;
        }
        // A copy: a hostile worker may change the bytes while they are used.
        const std::string name(entry.view());
        visit(name, sum_at(i));
    }
}

uint64_t CounterPage::sum(std::string_view name) const {
    uint64_t found = 0;
    for_each([&](std::string_view entry, uint64_t sum) {
        if (entry == name) {
            found += sum;
        }
    });
    return found;
}

}  // namespace berth
