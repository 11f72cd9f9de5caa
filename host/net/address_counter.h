#pragma once

#include "net/socket_address.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth {

// Counts what is open per address, IPv6 by its /64. An entry exists only while something of it is
// open, so the table is bounded by the number of connections; its hash is seeded because peers
// choose the keys.
class AddressCounter {
public:
    // 0: an address that is not counted: loopback and Unix sockets. With count_local all of those
    // count as one.
    using Key = uint64_t;
    static Key key_of(const SocketAddress& address, bool count_local = false);

    explicit AddressCounter(uint64_t seed);

    // Counts one more, unless there are `most` already.
    bool take(Key key, uint32_t most);
    void give_back(Key key);
    uint32_t count(Key key) const;
    size_t addresses() const { return used_; }

private:
    struct Entry {
        Key key = 0;
        uint32_t count = 0;  // 0: free place
    };
    size_t home(Key key) const;
    size_t find(Key key) const;  // its place, or the free place where it would go
    void grow();
    void remove(size_t place);

    uint64_t seed_;
    size_t used_ = 0;
    std::vector<Entry> entries_;  // a power of two; linear probing
};

}  // namespace berth
