#include "base/shared_regions.h"

#include "base/shared_name.h"

#include <utility>

namespace berth {
namespace {

constexpr size_t kAlign = 64;

constexpr size_t aligned(size_t size) {
    return (size + kAlign - 1) & ~(kAlign - 1);
}

constexpr uint64_t kNoRoom = UINT64_MAX;

}  // namespace

struct SharedRegions::Place {
    SharedName<kNameMax> name;
    uint32_t layout;
    uint32_t reserved;
    uint64_t size;
    uint64_t offset;  // kNoRoom: a place without a piece
};

struct SharedRegions::Directory {
    std::atomic<uint64_t> used;
};

Result<std::unique_ptr<SharedRegions>> SharedRegions::make(size_t bytes, uint32_t names) {
    const size_t directory = kAlign + aligned(names * sizeof(Place));
    auto memory = SharedMemory::make(directory + bytes, "the memory that plugins share");
    if (!memory) {
        return memory.error();
    }
    return std::unique_ptr<SharedRegions>(
        new SharedRegions(std::move(memory).value(), bytes, names));
}

SharedRegions::SharedRegions(SharedMemory memory, size_t bytes, uint32_t names)
    : memory_(std::move(memory)), bytes_(bytes), names_(names) {}

SharedRegions::Directory& SharedRegions::directory() const {
    return *static_cast<Directory*>(memory_.data());
}

SharedRegions::Place& SharedRegions::place(uint32_t index) const {
    char* const places = static_cast<char*>(memory_.data()) + kAlign;
    return static_cast<Place*>(static_cast<void*>(places))[index];
}

void* SharedRegions::find(std::string_view name, size_t size, uint32_t layout) {
    if (name.empty() || name.size() > kNameMax || size == 0 || size > bytes_) {
        return nullptr;
    }
    for (uint32_t i = 0; i < names_; ++i) {
        Place& known = place(i);
        if (known.name.settled_state() == known.name.kFree && known.name.begin(name)) {
            known.layout = layout;
            known.size = size;
            known.offset = take_room(aligned(size));
            known.name.publish();
        }
        if (known.name.settled_state() == known.name.kReady && known.name.view() == name &&
            known.layout == layout && known.size == size) {
            return piece(known, size);
        }
    }
    return nullptr;
}

uint64_t SharedRegions::take_room(size_t size) {
    std::atomic<uint64_t>& used = directory().used;
    uint64_t before = used.load(std::memory_order_relaxed);
    do {
        if (before > bytes_ || size > bytes_ - before) {
            return kNoRoom;
        }
    } while (!used.compare_exchange_weak(before, before + size, std::memory_order_relaxed));
    return before;
}

void* SharedRegions::piece(const Place& place, size_t size) const {
    const uint64_t offset = place.offset;
    if (offset > bytes_ || size > bytes_ - offset || offset % kAlign != 0) {
        return nullptr;
    }
    return static_cast<char*>(memory_.data()) + (memory_.size() - bytes_) + offset;
}

}  // namespace berth
