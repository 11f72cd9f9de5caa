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

Admission::Gate Admission::gate() const {
    if (connections_ >= limits_.connections_max) {
        return Gate::kConnections;
    }
    return handshakes_ >= limits_.handshakes_max ? Gate::kHandshakes : Gate::kOpen;
}

ConnectionSlot Admission::admit(const SocketAddress& peer, uint32_t per_address_max) {
    const auto key = AddressCounter::key_of(peer);
    if (!by_address_.take(key, per_address_max)) {
        return {};
    }
    ++connections_;
    return ConnectionSlot(*this, key);
}

HandshakeSlot Admission::begin_handshake() {
    ++handshakes_;
    return HandshakeSlot(*this);
}

void Admission::add(Waiter& waiter) {
    waiters_.push_back(&waiter);
}

void Admission::remove(Waiter& waiter) {
    std::erase(waiters_, &waiter);
}

void Admission::release_connection(AddressCounter::Key key) {
    const Gate before = gate();
    --connections_;
    by_address_.give_back(key);
    tell_if_opened(before);
}

void Admission::release_handshake() {
    const Gate before = gate();
    --handshakes_;
    tell_if_opened(before);
}

void Admission::tell_if_opened(Gate before) {
    if (before == Gate::kOpen || gate() != Gate::kOpen) {
        return;
    }
    for (Waiter* waiter : waiters_) {
        waiter->on_gate_open();
    }
}

}  // namespace berth
