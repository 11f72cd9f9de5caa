#pragma once

#include "base/live.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/poller.h"

#include "berth/protocol.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace berth {

class EventLoop;

// Cells of the owner's counters; a null one is not counted.
struct DatagramCounters {
    uint64_t* received = nullptr;
    uint64_t* truncated = nullptr;  // longer than kDatagramMax: dropped
    uint64_t* sent = nullptr;
    uint64_t* send_drops = nullptr;  // not taken because the socket was full
};

// An inherited UDP socket: receives batches and hands them over as the ABI has them, sends batches.
class DatagramSocket final : private Watcher {
public:
    static constexpr uint32_t kBatchMax = 32;
    static constexpr uint32_t kBatchesPerTurn = 4;
    static constexpr size_t kDatagramMax = 65'535;
    using OnDatagrams = std::function<void(std::span<const berth_dgram>)>;

    // fd: bound and non-blocking.
    DatagramSocket(EventLoop& loop, UniqueFd fd, const DatagramCounters& counters);
    ~DatagramSocket();
    DatagramSocket(const DatagramSocket&) = delete;
    DatagramSocket& operator=(const DatagramSocket&) = delete;

    // Begins to receive. The datagrams live during the call, which may close() the socket.
    Status start(OnDatagrams on_datagrams);
    // Sends in order, as many as the socket takes now. How many, or why the first was refused:
    // BERTH_E_INVAL (its address or size), BERTH_E_IO, BERTH_E_GONE.
    berth_status send(std::span<const berth_dgram> datagrams);
    void close();

private:
    struct Inbox;

    void on_ready(uint32_t ready) override;
    uint32_t receive_batch();
    Status watch();
    void unwatch();

    EventLoop& loop_;
    UniqueFd fd_;
    const DatagramCounters counters_;
    OnDatagrams on_datagrams_;
    std::unique_ptr<Inbox> inbox_;
    bool ipv6_ = false;
    bool watching_ = false;
    [[no_unique_address]] Live<LiveKind::kDatagramSocket> live_;
};

}  // namespace berth
