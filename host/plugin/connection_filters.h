#pragma once

#include "net/socket_address.h"

#include "berth/conn_filter.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace berth {

// One filter of a listener.
struct ConnectionFilter {
    const berth_conn_filter_ops* ops =
        nullptr;  // null: its plugin is quarantined; closes everything
    void* inst = nullptr;
    uint32_t stamp = 0;           // number of the instance, for crash attribution
    uint64_t* refused = nullptr;  // counter of connections it closed
};

// An accepted connection on its way through the filters of its listener.
struct FilteredPeer {
    berth_conn conn{};
    size_t next = 0;  // filter that decides next, or that reads first bytes

    FilteredPeer(const SocketAddress& peer, uint32_t listener);
    // Who is at the other end, as the filters say; accepted: as the kernel does.
    SocketAddress address(const SocketAddress& accepted) const;
};

// The filters of a listener (kind berth.conn.filter/1), asked in order.
class ConnectionFilters {
public:
    enum class Verdict : uint8_t { kPass, kClose, kMore };

    ConnectionFilters(std::vector<ConnectionFilter> filters, volatile uint32_t& stamp)
        : filters_(std::move(filters)), stamp_(stamp) {}

    bool empty() const { return filters_.empty(); }
    // May one of them read, and so find out that the peer is another?
    bool may_read() const;

    // Asks from peer.next on. kMore: that filter wants first bytes.
    Verdict accept(FilteredPeer& peer) const noexcept;
    // Shows them to it. kPass: it took `used` of them, and accept() goes on with the next one.
    Verdict show(FilteredPeer& peer, std::span<const uint8_t> bytes, size_t& used) const noexcept;
    size_t bytes_max(const FilteredPeer& peer) const;
    uint32_t timeout_ms(const FilteredPeer& peer) const;

private:
    static Verdict refuse(const ConnectionFilter& filter);

    const std::vector<ConnectionFilter> filters_;
    volatile uint32_t& stamp_;
};

}  // namespace berth
