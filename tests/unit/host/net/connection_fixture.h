#pragma once

#include "base/faulty_sys.h"
#include "base/sys.h"
#include "net/connection.h"
#include "net/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth::test {

inline berth_seg segment(uint32_t kind, std::string_view text) {
    berth_seg seg{};
    seg.kind = kind;
    seg.u.mem = text.data();
    seg.len = text.size();
    return seg;
}

// Records what it is told and consumes everything, unless a hook says otherwise.
class RecordingObserver final : public ConnectionObserver {
public:
    berth_status on_data(berth_rbuf& input) override {
        ++data_calls;
        if (input.n == 0) {
            ++ends;
            return on_end ? on_end() : BERTH_OK;
        }
        last_size = input.n;
        if (on_bytes) {
            return on_bytes(input);
        }
        take(input, input.n);
        return BERTH_OK;
    }
    void on_writable() override {
        ++writables;
        if (writable) {
            writable();
        }
    }
    void on_timeout() override {
        ++timeouts;
        if (timed_out) {
            timed_out();
        }
    }
    void on_drain(uint64_t deadline_ms) override { drain_deadline_ms = deadline_ms; }
    void on_tls(berth_status status) override { tls.push_back(status); }
    bool on_cleartext() override {
        ++cleartexts;
        return takes_cleartext;
    }
    void on_close(berth_status why) override {
        closes.push_back(why);
        if (closed) {
            closed();
        }
    }

    void take(berth_rbuf& input, size_t n) {
        received.append(input.p, input.p + n);
        input.p += n;
        input.n -= n;
    }

    std::function<berth_status(berth_rbuf&)> on_bytes;
    std::function<berth_status()> on_end;
    std::function<void()> writable, timed_out, closed;
    std::string received;
    size_t last_size = 0;
    int data_calls = 0, ends = 0, writables = 0, timeouts = 0, cleartexts = 0;
    bool takes_cleartext = false;
    uint64_t drain_deadline_ms = 0;
    std::vector<berth_status> tls, closes;
};

// A loop with a connection whose peer is the test; the clock stands still until advance().
class ConnectionFixture {
public:
    explicit ConnectionFixture(PollerKind kind, const Faults& faults = {})
        : table(faults), scope(table) {
        table.set_clock_us(1'000'000'000);
        EventLoop::Options options;
        options.poller = kind;
        auto made = EventLoop::make(options);
        loop = std::move(made).value();
    }
    ~ConnectionFixture() {
        if (loop) {
            loop->close_connections(BERTH_E_GONE);
        }
    }

    // A connection with a peer; the peer does not block.
    Connection& connect() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        peer = UniqueFd(ends[1]);
        connection = &loop->add_connection(UniqueFd(ends[0]), SocketAddress(), limits);
        return *connection;
    }
    Connection& start(std::unique_ptr<Transport> transport = nullptr) {
        connect().start(observer, std::move(transport), 10'000);
        turns(2);
        return *connection;
    }

    void turns(int n = 1) {
        for (int i = 0; i < n; ++i) {
            loop->turn(0);
        }
    }
    void advance(uint64_t ms) {
        table.advance_ms(ms);
        loop->turn(0);
    }
    void send(std::string_view bytes) {
        ASSERT_EQ(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    // What the connection has sent so far; at_end tells whether its end was among it.
    std::string receive(size_t at_most = SIZE_MAX) {
        std::string got;
        std::vector<char> buffer(64 * 1024);
        at_end = false;
        while (got.size() < at_most) {
            const size_t asked = std::min(buffer.size(), at_most - got.size());
            const ssize_t n = ::recv(peer.get(), buffer.data(), asked, 0);
            if (n <= 0) {
                at_end = n == 0;
                break;
            }
            got.append(buffer.data(), static_cast<size_t>(n));
        }
        return got;
    }
    berth_status write(std::string_view text, bool fin = false, uint32_t kind = BERTH_SEG_COPY) {
        const berth_seg seg = segment(kind, text);
        return connection->write({&seg, 1}, fin);
    }

    FaultySys table;
    ScopedSys scope;
    ConnectionLimits limits;
    RecordingObserver observer;
    std::unique_ptr<EventLoop> loop;
    UniqueFd peer;
    Connection* connection = nullptr;
    bool at_end = false;
};

inline std::string poller_name(const testing::TestParamInfo<PollerKind>& info) {
    return info.param == PollerKind::kPoll ? "poll" : "epoll";
}

}  // namespace berth::test
