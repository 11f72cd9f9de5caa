#include "net/address_counter.h"

#include <algorithm>

namespace berth {
namespace {

constexpr size_t kFirstSize = 64;
constexpr AddressCounter::Key kLocalKey = UINT64_MAX;  // ffff:ffff:ffff:ffff::/64 is no network

}  // namespace

AddressCounter::Key AddressCounter::key_of(const SocketAddress& address, bool count_local) {
    const auto bytes = address.ip_bytes();
    if (bytes.empty() || address.is_loopback()) {
        return count_local ? kLocalKey : 0;
    }
    uint64_t key = 0;
    for (uint8_t byte : bytes.first(std::min<size_t>(bytes.size(), 8))) {
        key = key << 8 | byte;
    }
    // 0:ffff::/32 is not assigned, so no IPv6 network has the key of an IPv4 address.
    return bytes.size() == 4 ? uint64_t{0xffff} << 32 | key : key;
}

AddressCounter::AddressCounter(uint64_t seed) : seed_(seed), entries_(kFirstSize) {}

bool AddressCounter::take(Key key, uint32_t most) {
    if (key == 0) {
        return true;
    }
    size_t place = find(key);
    if (entries_[place].count >= most) {
        return false;
    }
    if (entries_[place].count == 0) {
        if ((used_ + 1) * 4 > entries_.size() * 3) {
            grow();
            place = find(key);
        }
        entries_[place].key = key;
        ++used_;
    }
    ++entries_[place].count;
    return true;
}

void AddressCounter::give_back(Key key) {
    if (key == 0) {
        return;
    }
    const size_t place = find(key);
    if (entries_[place].count > 0 && --entries_[place].count == 0) {
        remove(place);
    }
}

uint32_t AddressCounter::count(Key key) const {
    return entries_[find(key)].count;
}

size_t AddressCounter::home(Key key) const {
    // The finalizer of SplitMix64: every bit of key and seed reaches every bit of the place.
    uint64_t mixed = key ^ seed_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58'476d'1ce4'e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d0'49bb'1331'11eb;
    return (mixed ^ mixed >> 31) & (entries_.size() - 1);
}

size_t AddressCounter::find(Key key) const {
    size_t place = home(key);
    while (entries_[place].count > 0 && entries_[place].key != key) {
        place = (place + 1) & (entries_.size() - 1);
    }
    return place;
}

void AddressCounter::grow() {
    std::vector<Entry> old(entries_.size() * 2);
    old.swap(entries_);
    for (const Entry& entry : old) {
        if (entry.count > 0) {
            entries_[find(entry.key)] = entry;
        }
    }
}

// Moves later entries of the run up, so that no search ends early at the hole.
void AddressCounter::remove(size_t place) {
    const size_t mask = entries_.size() - 1;
    --used_;
    size_t hole = place;
    for (size_t next = (hole + 1) & mask; entries_[next].count > 0; next = (next + 1) & mask) {
        const size_t reach = (next - home(entries_[next].key)) & mask;
        if (reach >= ((next - hole) & mask)) {
            entries_[hole] = entries_[next];
            hole = next;
        }
    }
    entries_[hole] = {};
}

}  // namespace berth
