#pragma once

#include "base/result.h"
#include "base/shared_memory.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace berth {

// Named pieces of one block of shared memory, for plugins whose workers share more than small
// values. A piece is never given back, because an old generation may still use it: configurations
// that come and go use the room up. Processes can write all of it, so an address is made only of
// what is checked first.
class SharedRegions {
public:
    static constexpr size_t kNameMax = 60;

    static Result<std::unique_ptr<SharedRegions>> make(size_t bytes, uint32_t names);
    SharedRegions(const SharedRegions&) = delete;
    SharedRegions& operator=(const SharedRegions&) = delete;

    // The piece of that name, size and layout, at a multiple of 64: zeroed when it is new. Null:
    // the name is empty or too long, or there is no room.
    void* find(std::string_view name, size_t size, uint32_t layout);

private:
    struct Directory;
    struct Place;

    SharedRegions(SharedMemory memory, size_t bytes, uint32_t names);
    Directory& directory() const;
    Place& place(uint32_t index) const;
    void* piece(const Place& place, size_t size) const;
    uint64_t take_room(size_t size);

    const SharedMemory memory_;
    const size_t bytes_;  // behind the directory
    const uint32_t names_;
};

}  // namespace berth
