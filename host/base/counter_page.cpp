#include "base/counter_page.h"

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/sys.h"

namespace berth {

namespace {

enum NameState : uint32_t { kFree = 0, kBeingWritten = 1, kReady = 2 };

// A process that was killed while it wrote a name leaves kBeingWritten for ever.
constexpr int kSpinsMax = 10'000;

std::string system_error(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

}  // namespace

struct CounterPage::Name {
    std::atomic<uint32_t> state;
    std::array<char, kNameMax> text;

    std::string_view view() const { return {text.data(), strnlen(text.data(), text.size())}; }

    // Another process may just be writing it.
    uint32_t settled_state() const {
        uint32_t now = state.load(std::memory_order_acquire);
        for (int i = 0; now == kBeingWritten && i < kSpinsMax; ++i) {
            now = state.load(std::memory_order_acquire);
        }
        return now;
    }

    bool claim(std::string_view name) {
        uint32_t expected = kFree;
        if (!state.compare_exchange_strong(expected, kBeingWritten, std::memory_order_acquire)) {
            return false;
        }
        std::memcpy(text.data(), name.data(), name.size());
        state.store(kReady, std::memory_order_release);
        return true;
    }
};

Result<std::unique_ptr<CounterPage>> CounterPage::make(uint32_t slots, uint32_t capacity) {
    static_assert(sizeof(Name) == 160);
    static_assert(std::atomic<uint32_t>::is_always_lock_free);
    const size_t bytes =
        size_t{capacity} * sizeof(Name) + size_t{slots} * capacity * sizeof(uint64_t);
    void* memory =
        sys().mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return Error{system_error("cannot map the page of counters"), errno};
    }
    return std::unique_ptr<CounterPage>(new CounterPage(slots, capacity, memory, bytes));
}

CounterPage::CounterPage(uint32_t slots, uint32_t capacity, void* memory, size_t bytes)
    : slots_(slots), capacity_(capacity), memory_(memory), bytes_(bytes) {}

CounterPage::~CounterPage() { sys().munmap(memory_, bytes_); }

CounterPage::Name& CounterPage::name_at(uint32_t index) const {
    return static_cast<Name*>(memory_)[index];
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
        const bool mine = entry.settled_state() == kFree && entry.claim(name);
        if (mine || (entry.settled_state() == kReady && entry.view() == name)) {
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
        if (entry.state.load(std::memory_order_acquire) != kReady) {
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
