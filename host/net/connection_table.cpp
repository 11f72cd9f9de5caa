#include "net/connection_table.h"

#include "base/room.h"

#include <algorithm>
#include <new>
#include <utility>

namespace berth {

namespace {
// Queues are taken for the moment between write and send; more are in use only while sockets are
// blocked.
constexpr size_t kSpareQueuesMax = 64;
// Some requests are handled before their answers are sent, so that the processor's caches hold the
// code of the one and then of the other; more would only make the first of them wait.
constexpr size_t kFlushedTogether = 16;
constexpr size_t kRoomMin = 64;  // connections that there is room for from the start
}  // namespace

ConnectionTable::ConnectionTable(EventLoop& loop)
    : loop_(loop), memory_(std::make_unique_for_overwrite<uint8_t[]>(kHeadroom + kReadBytes)) {
    spare_queues_.reserve(kSpareQueuesMax);
    make_room(kRoomMin);
}

ConnectionTable::~ConnectionTable() {
    live_add<LiveKind::kOutputQueue>(
        spare_queues_.size());  // which are not counted, but end as others do
}

Connection& ConnectionTable::add(UniqueFd fd,
                                 const SocketAddress& peer,
                                 const ConnectionLimits& limits) {
    make_room(slab_.size() + 1);
    Connection* made = slab_.make(loop_, std::move(fd), peer, keep_limits(limits));
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return *made;
}

void ConnectionTable::make_room(size_t connections) {
    for (std::vector<Connection*>* list : {&attended_, &running_, &unsent_, &retired_}) {
        reserve_room(*list, connections);
    }
}

void ConnectionTable::for_each(const std::function<void(Connection&)>& visit) {
    slab_.for_each([&visit](Connection& connection) {
        if (connection.state_ != Connection::State::kGone) {
            visit(connection);
        }
    });
}

void ConnectionTable::close_all(berth_status why) {
    for_each([why](Connection& connection) {
        connection.fail(why);
        connection.finish();
        connection.flags_.attended = false;
    });
    const auto is_gone = [](const Connection* c) { return c->state_ == Connection::State::kGone; };
    std::erase_if(attended_, is_gone);
    std::erase_if(unsent_, is_gone);
}

const ConnectionLimits& ConnectionTable::keep_limits(const ConnectionLimits& limits) {
    const auto known = std::ranges::find(limits_, limits);
    return known != limits_.end() ? *known : limits_.emplace_back(limits);
}

void ConnectionTable::run_attended() {
    // What is attended from now on is the next turn's, so that nobody keeps the loop from its
    // poller.
    running_.swap(attended_);
    // By index: one that is added meanwhile makes room.
    for (size_t i = 0; i < running_.size(); ++i) {
        running_[i]->run_attended();
    }
    running_.clear();
}

void ConnectionTable::flush_all() {
    // By index: an owner that is released may write.
    for (size_t i = 0; i < unsent_.size(); ++i) {
        unsent_[i]->flush();
    }
    unsent_.clear();
    turn_buffer_.reset();
}

void ConnectionTable::flush_enough() {
    if (unsent_.size() >= kFlushedTogether) {
        flush_all();
    }
}

void ConnectionTable::reap() {
    if (retired_.empty()) {
        return;
    }
    // One that is still on the list of the attended waits for the turn that clears it.
    const auto stay = std::partition(
        retired_.begin(), retired_.end(), [](Connection* c) { return c->flags_.attended; });
    for (auto it = stay; it != retired_.end(); ++it) {
        slab_.destroy(**it);
    }
    retired_.erase(stay, retired_.end());
}

std::span<uint8_t> ConnectionTable::file_buffer() {
    if (!file_memory_) {
        file_memory_ = std::make_unique_for_overwrite<uint8_t[]>(kReadBytes);
    }
    return {file_memory_.get(), kReadBytes};
}

void ConnectionTable::sent(Connection& connection) {
    if (!unsent_.empty() && unsent_.back() == &connection && !connection.flags_.unsent) {
        unsent_.pop_back();
    }
    if (unsent_.empty()) {
        turn_buffer_.reset();
    }
}

std::unique_ptr<OutputQueue> ConnectionTable::take_queue() {
    if (spare_queues_.empty()) {
        return std::make_unique<OutputQueue>();
    }
    auto queue = std::move(spare_queues_.back());
    spare_queues_.pop_back();
    live_add<LiveKind::kOutputQueue>(1);
    return queue;
}

void ConnectionTable::give_back(std::unique_ptr<OutputQueue> queue) {
    queue->clear();
    if (spare_queues_.size() < kSpareQueuesMax && queue->is_small()) {
        live_remove<LiveKind::kOutputQueue>(1);  // nobody's
        spare_queues_.push_back(std::move(queue));
    }
}

}  // namespace berth
