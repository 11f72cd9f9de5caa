#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/unique_fd.h"
#include "berth/protocol.h"
#include "net/event_loop.h"
#include "net/poller.h"

namespace berth {

// Cells of the owner's counters; a null one is not counted.
struct DatagramCounters {
    uint64_t* received = nullptr;
    uint64_t* truncated = nullptr;  // longer than kDatagramMax: dropped
    uint64_t* sent = nullptr;
    uint64_t* send_drops = nullptr;  // not taken by the socket, or refused by the network
};

// An inherited UDP socket: receives batches and hands them over as the ABI has them, sends batches.
class DatagramSocket final : private Watcher {
public:
    static constexpr uint32_t kBatchMax = 32;
    static constexpr size_t kDatagramMax = 9'216;
    using OnDatagrams = std::function<void(std::span<const berth_dgram>)>;

    DatagramSocket(EventLoop& loop, UniqueFd fd, const DatagramCounters& counters);
    ~DatagramSocket();
    DatagramSocket(const DatagramSocket&) = delete;
    DatagramSocket& operator=(const DatagramSocket&) = delete;

    // The datagrams live during the call; it may close() the socket.
    Status start(OnDatagrams on_datagrams);
    // As many as the socket takes; how many, or an error when the first is refused.
    berth_status send(std::span<const berth_dgram> datagrams);
    void close();
    int fd() const { return fd_.get(); }

private:
    struct Batch;

    void on_ready(uint32_t ready) override;
    bool receive_batch();

    EventLoop& loop_;
    UniqueFd fd_;
    DatagramCounters counters_;
    OnDatagrams on_datagrams_;
    std::unique_ptr<Batch> batch_;
};

}  // namespace berth
