#pragma once

#include "base/slab.h"
#include "base/unique_fd.h"
#include "net/connection.h"
#include "net/turn_buffer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <vector>

namespace berth {

// The connections of a loop and what they share: the buffers of this turn, spare output queues, and
// the lists of those that have something to do, something to send, or have ended.
class ConnectionTable {
public:
    // One read asks for so much; kept input is copied in front of it.
    static constexpr size_t kReadBytes = 64 * 1024;
    static constexpr size_t kHeadroom = 64 * 1024;

    explicit ConnectionTable(EventLoop& loop);
    ~ConnectionTable();
    ConnectionTable(const ConnectionTable&) = delete;
    ConnectionTable& operator=(const ConnectionTable&) = delete;

    // Throws when memory is exhausted; what a connection needs later to end is had by then.
    Connection& add(UniqueFd fd, const SocketAddress& peer, const ConnectionLimits& limits);
    size_t size() const { return slab_.size(); }
    // From the top of the loop: all end now, each with its on_close. Destroying the table calls
    // nobody.
    void close_all(berth_status why);
    void for_each(const std::function<void(Connection&)>& visit);

    // For the loop, in this order at the end of a turn.
    void run_attended();
    void flush_all();
    void reap();
    // Something is to be done without waiting.
    bool has_work() const { return !attended_.empty(); }

    // For connections.
    // While it lives, what is queued waits: released owners may write, and must not disturb the
    // sending.
    class Sending {
    public:
        explicit Sending(ConnectionTable& table) : table_(table) { table_.sending_ = true; }
        ~Sending() { table_.sending_ = false; }
        Sending(const Sending&) = delete;
        Sending& operator=(const Sending&) = delete;

    private:
        ConnectionTable& table_;
    };
    bool is_sending() const { return sending_; }
    // For parts of files on their way into a transport; made at first use.
    std::span<uint8_t> file_buffer();
    std::span<uint8_t> read_buffer() { return {memory_.get() + kHeadroom, kReadBytes}; }
    TurnBuffer& turn_buffer() { return turn_buffer_; }
    std::unique_ptr<OutputQueue> take_queue();
    void give_back(std::unique_ptr<OutputQueue> queue);
    void attend(Connection& connection) { attended_.push_back(&connection); }
    // Throws when memory is exhausted; there is room for each connection once.
    void add_unsent(Connection& connection) { unsent_.push_back(&connection); }
    // Sends what waits once it is of several connections.
    void flush_enough();
    // The connection has flushed by itself; forgets it when it was the last to write.
    void sent(Connection& connection);
    // on_close is done; destroyed at the end of the turn.
    void retire(Connection& connection) { retired_.push_back(&connection); }

private:
    void make_room(size_t connections);
    const ConnectionLimits& keep_limits(const ConnectionLimits& limits);

    EventLoop& loop_;
    Slab<Connection> slab_;
    std::list<ConnectionLimits> limits_;  // the few that there are; connections refer to them
    std::unique_ptr<uint8_t[]> memory_;
    std::unique_ptr<uint8_t[]> file_memory_;
    TurnBuffer turn_buffer_;
    std::vector<std::unique_ptr<OutputQueue>> spare_queues_;
    // With room for all connections.
    std::vector<Connection*> attended_;
    std::vector<Connection*> running_;  // the attended of this turn
    std::vector<Connection*> unsent_;
    std::vector<Connection*> retired_;
    bool sending_ = false;
};

}  // namespace berth
