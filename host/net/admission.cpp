#include "net/admission.h"

#include <algorithm>

namespace berth {

ConnectionSlot::ConnectionSlot(ConnectionSlot&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), key_(other.key_) {}

ConnectionSlot& ConnectionSlot::operator=(ConnectionSlot&& other) noexcept {
    std::swap(admission_, other.admission_);
    std::swap(key_, other.key_);
    return *this;
}

ConnectionSlot::~ConnectionSlot() {
    if (admission_ != nullptr) {
        admission_->release_connection(key_);
    }
}

HandshakeSlot::HandshakeSlot(HandshakeSlot&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)) {}

HandshakeSlot& HandshakeSlot::operator=(HandshakeSlot&& other) noexcept {
    std::swap(admission_, other.admission_);
    return *this;
}

HandshakeSlot::~HandshakeSlot() {
    if (admission_ != nullptr) {
        admission_->release_handshake();
    }
}

Admission::Admission(const Limits& limits, uint64_t seed) : limits_(limits), by_address_(seed) {}

Admission::Admission(const Limits& limits, Admission& whole)
    : limits_(limits), whole_(&whole), by_address_(0) {
    whole.parts_.push_back(this);
}

Admission::~Admission() {
    if (whole_ != nullptr) {
        std::erase(whole_->parts_, this);
    }
}

Admission::Gate Admission::gate() const {
    const Gate whole = whole_ != nullptr ? whole_->gate() : Gate::kOpen;
    return whole != Gate::kOpen ? whole : own_gate();
}

Admission::Gate Admission::own_gate() const {
    if (connections_ >= limits_.connections_max) {
        return Gate::kConnections;
    }
    return handshakes_ >= limits_.handshakes_max ? Gate::kHandshakes : Gate::kOpen;
}

bool Admission::take_address(AddressCounter::Key key, uint32_t most) {
    const bool taken =
        whole_ != nullptr ? whole_->take_address(key, most) : by_address_.take(key, most);
    connections_ += taken ? 1 : 0;
    return taken;
}

ConnectionSlot Admission::admit(const SocketAddress& peer, const PerAddress& limit) {
    const auto key = AddressCounter::key_of(peer, limit.count_local);
    return take_address(key, limit.max) ? ConnectionSlot(*this, key) : ConnectionSlot();
}

HandshakeSlot Admission::begin_handshake() {
    for (Admission* part = this; part != nullptr; part = part->whole_) {
        ++part->handshakes_;
    }
    return HandshakeSlot(*this);
}

void Admission::add(Waiter& waiter) {
    waiters_.push_back(&waiter);
}

void Admission::remove(Waiter& waiter) {
    std::erase(waiters_, &waiter);
}

void Admission::release_connection(AddressCounter::Key key) {
    Admission* root = this;
    while (root->whole_ != nullptr) {
        root = root->whole_;
    }
    root->by_address_.give_back(key);
    give_back(&Admission::connections_);
}

void Admission::release_handshake() {
    give_back(&Admission::handshakes_);
}

// The outermost of those that open held back everybody below it, also where an inner one opens with
// it.
void Admission::give_back(uint32_t Admission::*places) {
    Admission* opened = nullptr;
    for (Admission* part = this; part != nullptr; part = part->whole_) {
        const bool was_open = part->own_gate() == Gate::kOpen;
        --(part->*places);
        opened = !was_open && part->own_gate() == Gate::kOpen ? part : opened;
    }
    if (opened != nullptr) {
        opened->tell_waiters();
    }
}

void Admission::tell_waiters() {
    for (Waiter* waiter : waiters_) {
        if (gate() == Gate::kOpen) {
            waiter->on_gate_open();
        }
    }
    for (Admission* part : parts_) {
        part->tell_waiters();
    }
}

}  // namespace berth
