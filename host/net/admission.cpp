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
    : limits_(limits), whole_(&whole), by_address_(0) {}

Admission::Gate Admission::gate() const {
    const Gate whole = whole_ != nullptr ? whole_->gate() : Gate::kOpen;
    if (whole != Gate::kOpen) {
        return whole;
    }
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
    if (whole_ != nullptr) {
        whole_->add(waiter);
    }
}

void Admission::remove(Waiter& waiter) {
    std::erase(waiters_, &waiter);
    if (whole_ != nullptr) {
        whole_->remove(waiter);
    }
}

void Admission::release_connection(AddressCounter::Key key) {
    const Gate before = gate();
    --connections_;
    if (whole_ != nullptr) {
        whole_->release_connection(key);
    } else {
        by_address_.give_back(key);
    }
    tell_if_opened(before);
}

void Admission::release_handshake() {
    const Gate before = gate();
    --handshakes_;
    if (whole_ != nullptr) {
        whole_->release_handshake();
    }
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
