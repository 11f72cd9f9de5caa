#include "known_fields.h"

#include "byte_scan.h"

#include "berth/cpp/text.hpp"

#include <cstddef>

namespace berth::http {
namespace {

// A perfect hash of the known names: a slot of the table has at most one of them.
constexpr size_t kSlots = 64;
constexpr size_t slot_of(size_t length, char first, char last) {
    return (length + static_cast<unsigned char>(first) * size_t{6} +
            static_cast<unsigned char>(last) * size_t{16}) %
           kSlots;
}

constexpr size_t slot_of(std::string_view name) {
    return slot_of(name.size(), sdk::to_lower(name.front()), sdk::to_lower(name.back()));
}

constexpr std::array<uint8_t, kSlots> make_slots() {
    std::array<uint8_t, kSlots> slots{};
    for (auto& slot : slots) {
        slot = BERTH_H_COUNT;
    }
    for (size_t id = 0; id < kFieldNames.size(); ++id) {
        slots[slot_of(kFieldNames[id])] = static_cast<uint8_t>(id);
    }
    return slots;
}

constexpr auto kSlotIds = make_slots();

constexpr bool slots_are_distinct() {
    for (size_t id = 0; id < kFieldNames.size(); ++id) {
        if (kSlotIds[slot_of(kFieldNames[id])] != id) {
            return false;
        }
    }
    return true;
}
static_assert(slots_are_distinct());

constexpr bool names_can_be_folded() {
    for (const std::string_view name : kFieldNames) {
        for (const char c : name) {
            if ((c < 'a' || c > 'z') && c != '-') {
                return false;
            }
        }
    }
    return true;
}
static_assert(names_can_be_folded());

}  // namespace

uint16_t known_field(std::string_view name) {
    if (name.empty()) {
        return BERTH_H_COUNT;
    }
    const uint16_t id = kSlotIds[slot_of(name)];
    const bool same = id != BERTH_H_COUNT && equals_folded(name, kFieldNames[id]);
    return same ? id : static_cast<uint16_t>(BERTH_H_COUNT);
}

uint8_t known_method(std::string_view method) {
    for (size_t id = BERTH_M_GET; id < kMethodNames.size(); ++id) {
        if (method == kMethodNames[id]) {
            return static_cast<uint8_t>(id);
        }
    }
    return BERTH_M_OTHER;
}

}  // namespace berth::http
