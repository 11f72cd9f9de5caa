#pragma once

#include "net/address_counter.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace berth {

class Admission;

// The place that one connection takes; gives it back when it dies.
class ConnectionSlot {
public:
    ConnectionSlot() = default;
    ConnectionSlot(ConnectionSlot&& other) noexcept;
    ConnectionSlot& operator=(ConnectionSlot&& other) noexcept;
    ~ConnectionSlot();
    explicit operator bool() const { return admission_ != nullptr; }

private:
    friend class Admission;
    ConnectionSlot(Admission& admission, AddressCounter::Key key)
        : admission_(&admission), key_(key) {}

    Admission* admission_ = nullptr;
    AddressCounter::Key key_ = 0;
};

// The place that one handshake under way takes.
class HandshakeSlot {
public:
    HandshakeSlot() = default;
    HandshakeSlot(HandshakeSlot&& other) noexcept;
    HandshakeSlot& operator=(HandshakeSlot&& other) noexcept;
    ~HandshakeSlot();
    explicit operator bool() const { return admission_ != nullptr; }

private:
    friend class Admission;
    explicit HandshakeSlot(Admission& admission) : admission_(&admission) {}

    Admission* admission_ = nullptr;
};

// How many connections are open, in all and by address, and how many handshakes are under way: of a
// worker, or of one listener within its worker. At a limit listeners stop to accept (the kernel's
// queue waits) and go on as soon as a place is free.
class Admission {
public:
    struct Limits {
        uint32_t connections_max = 1024;
        uint32_t handshakes_max = 512;
    };
    enum class Gate : uint8_t { kOpen, kConnections, kHandshakes };

    // Told once each time that the gate of the part that it was added to opens again. It may close
    // it by what it does then; those behind it are told the next time.
    class Waiter {
    public:
        virtual void on_gate_open() = 0;

    protected:
        ~Waiter() = default;
    };

    Admission(const Limits& limits, uint64_t seed);
    // A part of the whole, which outlives it: both limits hold, and addresses are counted by the
    // whole.
    Admission(const Limits& limits, Admission& whole);
    ~Admission();
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

    Gate gate() const;
    // Most connections of one address; local ones (loopback, Unix) count only when asked.
    struct PerAddress {
        uint32_t max = 1024;
        bool count_local = false;
    };
    // An empty slot: the address has its connections already.
    ConnectionSlot admit(const SocketAddress& peer, const PerAddress& limit);
    // Never refused: connections that are accepted already may start one each.
    HandshakeSlot begin_handshake();

    void add(Waiter& waiter);
    void remove(Waiter& waiter);

    uint32_t connections() const { return connections_; }
    uint32_t handshakes() const { return handshakes_; }

private:
    friend class ConnectionSlot;
    friend class HandshakeSlot;
    Gate own_gate() const;
    bool take_address(AddressCounter::Key key, uint32_t most);
    void release_connection(AddressCounter::Key key);
    void release_handshake();
    void give_back(uint32_t Admission::*places);
    void tell_waiters();

    Limits limits_;
    Admission* const whole_ = nullptr;
    uint32_t connections_ = 0, handshakes_ = 0;
    AddressCounter by_address_;
    std::vector<Waiter*> waiters_;
    std::vector<Admission*> parts_;
};

}  // namespace berth
