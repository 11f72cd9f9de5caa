#pragma once

#include "base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace berth {

// One secret for session tickets.
struct TicketKey {
    std::array<uint8_t, 16> name;
    std::array<uint8_t, 32> aes;
    std::array<uint8_t, 32> hmac;

    TicketKey() = default;
    TicketKey(const TicketKey&) = default;
    TicketKey& operator=(const TicketKey&) = default;
    ~TicketKey();  // overwrites it
};

// The key ring of the machine, in memory shared over fork() and never on disk: a session made by
// any worker of any generation is resumed by any other. The supervisor makes and rotates it; all
// others only read.
class TicketKeys {
public:
    static constexpr size_t kCount = 3;  // the newest and two old ones
    static constexpr uint64_t kRotationSeconds = 12 * 3600;

    static Result<std::unique_ptr<TicketKeys>> make(uint64_t now_s);
    ~TicketKeys();
    TicketKeys(const TicketKeys&) = delete;
    TicketKeys& operator=(const TicketKeys&) = delete;

    // Supervisor: makes a new key when the newest is 12 hours old. Call it now and then.
    Status rotate_if_due(uint64_t now_s);
    Status rotate(uint64_t now_s);

    // For a zygote and its workers after the fork: this process cannot change the ring any more.
    Status make_read_only();

    std::optional<TicketKey> newest() const;
    struct Found {
        TicketKey key;
        bool is_newest;
    };
    std::optional<Found> find(const uint8_t* name) const;

private:
    struct Ring;
    explicit TicketKeys(Ring* ring) : ring_(ring) {}

    // A consistent copy of one key; nothing when the writer seems to have died half-way.
    std::optional<TicketKey> read(size_t index) const;

    Ring* const ring_;  // mapped; unmapped by the destructor
};

}  // namespace berth
