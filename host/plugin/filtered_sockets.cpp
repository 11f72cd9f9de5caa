#include "plugin/filtered_sockets.h"

#include "base/sys.h"
#include "net/connection_table.h"
#include "net/event_loop.h"

#include "berth/cpp/guard.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace berth {

// One of them. Bytes are looked at where they are, so that what is not for a filter stays in the
// socket for TLS or the protocol; what a filter keeps for itself is read, so that level-triggered
// pollers do not report it again.
class FilteredSockets::Socket final : private Watcher, private TimerEntry {
public:
    Socket(FilteredSockets& owner,
           UniqueFd fd,
           const SocketAddress& from,
           uint32_t listener,
           ConnectionSlot slot)
        : owner_(owner),
          fd_(std::move(fd)),
          from_(from),
          slot_(std::move(slot)),
          peer_(from, listener) {
        owner_.loop_.timers().enter();
    }
    ~Socket() override {
        unwatch();
        owner_.loop_.timers().leave(*this);
    }

    ConnectionFilters::Verdict accept() { return owner_.filters_.accept(peer_); }

    bool watch() {
        watched_ = owner_.loop_.poller().add(fd_.get(), *this, kReadable).ok();
        start_clock();
        return watched_;
    }

    void hand_over(const OnPass& on_pass) {
        unwatch();
        on_pass(std::move(fd_), peer_.address(from_), std::move(slot_));
    }

    size_t index = 0;  // among those that wait

private:
    using Verdict = ConnectionFilters::Verdict;

    void on_ready(uint32_t) override {
        const Verdict verdict = read_if_possible();
        if (verdict == Verdict::kMore) {
            return;
        }
        const std::unique_ptr<Socket> self = owner_.take(*this);
        if (verdict == Verdict::kPass) {
            sdk::guarded([this] { hand_over(owner_.on_pass_); });
        }
    }

    // Where memory is exhausted, the client is not served.
    Verdict read_if_possible() {
        Verdict verdict = Verdict::kClose;
        sdk::guarded([&] { verdict = read(); });
        return verdict;
    }

    void on_timer() override {
        if (owner_.counters_.timeouts != nullptr) {
            ++*owner_.counters_.timeouts;
        }
        owner_.take(*this);
    }

    Verdict read() {
        while (true) {
            const std::span<uint8_t> room = owner_.loop_.table().read_buffer();
            std::copy(taken_.begin(), taken_.end(), room.begin());
            const size_t most = owner_.filters_.bytes_max(peer_) - taken_.size();
            const ssize_t n = peek(room.subspan(taken_.size(), most));
            if (n <= 0) {
                return n < 0 && errno == EAGAIN ? Verdict::kMore : Verdict::kClose;
            }
            const auto bytes = room.first(taken_.size() + static_cast<size_t>(n));
            const Verdict verdict = decide(bytes);
            if (verdict != Verdict::kMore) {
                return verdict;
            }
        }
    }

    // kMore: go on reading.
    Verdict decide(std::span<const uint8_t> bytes) {
        size_t used = 0;
        const Verdict verdict = owner_.filters_.show(peer_, bytes, used);
        if (verdict == Verdict::kClose) {
            return verdict;
        }
        const size_t wanted = verdict == Verdict::kMore ? bytes.size() : used;
        if (wanted < taken_.size() || !drop(wanted - taken_.size())) {
            return Verdict::kClose;
        }
        if (verdict == Verdict::kMore) {
            taken_.assign(bytes.begin(), bytes.end());
            return verdict;
        }
        taken_.clear();
        const Verdict next = accept();
        if (next == Verdict::kMore) {
            start_clock();
        }
        return next;
    }

    ssize_t peek(std::span<uint8_t> into) const {
        ssize_t n = 0;
        do {
            n = sys().recv(fd_.get(), into.data(), std::min(into.size(), sys().io_max), MSG_PEEK);
        } while (n < 0 && errno == EINTR);
        return n;
    }

    // Reads bytes that were looked at. What was kept behind them in the buffer is not needed again.
    bool drop(size_t n) const {
        uint8_t* const into = owner_.loop_.table().read_buffer().data() + BERTH_CONN_BYTES_MAX;
        while (n > 0) {
            const size_t most = std::min<size_t>(n, kDropMax);
            const ssize_t got = sys().recv(fd_.get(), into, most, 0);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return false;
            }
            n -= static_cast<size_t>(got);
        }
        return true;
    }

    void start_clock() {
        owner_.loop_.timers().set(*this, owner_.loop_.now_ms() + owner_.filters_.timeout_ms(peer_));
    }

    void unwatch() {
        owner_.loop_.timers().cancel(*this);
        if (std::exchange(watched_, false)) {
            owner_.loop_.poller().remove(fd_.get(), *this);
        }
    }

    static constexpr size_t kDropMax = 4096;

    FilteredSockets& owner_;
    UniqueFd fd_;
    const SocketAddress from_;
    ConnectionSlot slot_;
    FilteredPeer peer_;
    std::vector<uint8_t> taken_;  // bytes that the filter that reads has kept
    bool watched_ = false;
};

FilteredSockets::FilteredSockets(EventLoop& loop,
                                 ConnectionFilters filters,
                                 const Counters& counters,
                                 OnPass on_pass)
    : loop_(loop),
      filters_(std::move(filters)),
      counters_(counters),
      on_pass_(std::move(on_pass)) {}

FilteredSockets::~FilteredSockets() = default;

void FilteredSockets::add(UniqueFd fd,
                          const SocketAddress& peer,
                          uint32_t listener,
                          ConnectionSlot slot) {
    auto socket = std::make_unique<Socket>(*this, std::move(fd), peer, listener, std::move(slot));
    const ConnectionFilters::Verdict verdict = socket->accept();
    if (verdict == ConnectionFilters::Verdict::kPass) {
        socket->hand_over(on_pass_);
    } else if (verdict == ConnectionFilters::Verdict::kMore && socket->watch()) {
        socket->index = waiting_.size();
        waiting_.push_back(std::move(socket));
    }
}

std::unique_ptr<FilteredSockets::Socket> FilteredSockets::take(Socket& socket) {
    const size_t index = socket.index;
    std::swap(waiting_[index], waiting_.back());
    waiting_[index]->index = index;
    std::unique_ptr<Socket> taken = std::move(waiting_.back());
    waiting_.pop_back();
    return taken;
}

}  // namespace berth
