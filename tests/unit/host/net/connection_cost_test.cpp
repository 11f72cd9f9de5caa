// What a request costs: system calls, heap blocks, timer operations. Goals of the hot path,
// counted.
#include "base/live.h"
#include "connection_fixture.h"

#include <gmock/gmock.h>
#include <netinet/in.h>

#include <map>
#include <string>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Counts calls by name and passes them on.
class CountingSys : public Sys {
public:
    CountingSys() : Sys(real_sys()) {
        recv = Counted<&Sys::recv>::call;
        send = Counted<&Sys::send>::call;
        sendmsg = Counted<&Sys::sendmsg>::call;
        epoll_ctl = Counted<&Sys::epoll_ctl>::call;
        epoll_wait = Counted<&Sys::epoll_wait>::call;
        close = Counted<&Sys::close>::call;
        shutdown = Counted<&Sys::shutdown>::call;
        getsockopt = Counted<&Sys::getsockopt>::call;
        setsockopt = Counted<&Sys::setsockopt>::call;
        getsockname = Counted<&Sys::getsockname>::call;
        ioctl = Counted<&Sys::ioctl>::call;
        fcntl = Counted<&Sys::fcntl>::call;
        read = Counted<&Sys::read>::call;
        clock_gettime = Counted<&Sys::clock_gettime>::call;
        names_ = {{key(recv), "recv"},
                  {key(send), "send"},
                  {key(sendmsg), "sendmsg"},
                  {key(epoll_ctl), "epoll_ctl"},
                  {key(epoll_wait), "epoll_wait"},
                  {key(close), "close"},
                  {key(shutdown), "shutdown"},
                  {key(clock_gettime), "clock_gettime"}};
    }

    std::map<std::string, int> take() {
        order_.clear();
        return std::exchange(counts_, {});
    }
    // The calls of that name and another, as their first letters.
    std::string order_of(char one, char other) const {
        std::string order = order_;
        std::erase_if(order, [=](char c) { return c != one && c != other; });
        return order;
    }
    void count(const void* function) {
        ++counts_[names_[function]];
        order_ += names_[function].substr(0, 1);
    }

    template <class F>
    static const void* key(F function) {
        return std::bit_cast<const void*>(function);
    }

private:
    template <auto kMember, class Type = decltype(kMember)>
    struct Counted;
    template <auto kMember, class T, class... Args>
    struct Counted<kMember, T (*Sys::*)(Args...)> {
        static T call(Args... args) {
            auto& self = const_cast<CountingSys&>(static_cast<const CountingSys&>(sys()));
            self.count(key(&Counted::call));
            return (real_sys().*kMember)(args...);
        }
    };

    std::map<const void*, std::string> names_;
    std::map<std::string, int> counts_;
    std::string order_;
};

class ConnectionCostTest : public testing::Test, public test::ConnectionFixture {
protected:
    ConnectionCostTest() : ConnectionFixture(PollerKind::kEpoll), scope_(counting) {
        observer.on_bytes = [this](berth_rbuf& input) {
            // An answer for each byte, as for pipelined requests.
            for (; input.n > 0; ++input.p, --input.n) {
                write("HTTP/1.1 200 OK\r\n\r\n");
                write("body");
                connection->set_timeout(TimeoutKind::kIdle, 60'000);
            }
            if (close_after) {
                connection->close(BERTH_OK, false);
            }
            return BERTH_OK;
        };
    }

    CountingSys counting;
    ScopedSys scope_;
    bool close_after = false;
};

TEST_F(ConnectionCostTest, a_request_is_one_recv_and_one_send) {
    start();
    send("q");
    turns();
    counting.take();
    send("q");
    turns();
    // The clocks and the wait are the turn's, whatever the number of requests in it.
    EXPECT_THAT(
        counting.take(),
        ElementsAre(
            Pair("clock_gettime", 2), Pair("epoll_wait", 1), Pair("recv", 1), Pair("send", 1)));
}

TEST_F(ConnectionCostTest, pipelined_requests_share_their_calls) {
    start();
    counting.take();
    send("qqqqqqqqqqqqqqqq");
    turns();
    EXPECT_THAT(
        counting.take(),
        ElementsAre(
            Pair("clock_gettime", 2), Pair("epoll_wait", 1), Pair("recv", 1), Pair("send", 1)));
    EXPECT_EQ(receive().size(), 16 * std::string_view("HTTP/1.1 200 OK\r\n\r\nbody").size());
}

TEST_F(ConnectionCostTest, answers_of_sixteen_connections_are_sent_together) {
    struct Client {
        test::RecordingObserver observer;
        UniqueFd peer;
    };
    std::vector<Client> clients(18);
    for (Client& client : clients) {
        Connection& made = connect();
        client.peer = std::move(peer);
        client.observer.on_bytes = [&](berth_rbuf& input) {
            client.observer.take(input, input.n);
            const berth_seg answer = test::segment(BERTH_SEG_COPY, "a");
            return made.write({&answer, 1}, false);
        };
        made.start(client.observer, nullptr, 0);
    }
    turns(2);
    for (const Client& client : clients) {
        ASSERT_EQ(::send(client.peer.get(), "q", 1, 0), 1);
    }
    counting.take();
    turns();
    const std::string read(16, 'r'), sent(16, 's');
    EXPECT_EQ(counting.order_of('r', 's'), read + sent + "rrss");
    loop->close_connections(BERTH_E_GONE);  // before their observers go
}

TEST_F(ConnectionCostTest, a_connection_for_one_request_never_meets_the_poller) {
    turns();  // the loop's own descriptor is reported once
    connect();
    send("q");
    close_after = true;
    connection->start(observer, nullptr, 0);
    counting.take();
    turns();
    EXPECT_THAT(counting.take(),
                ElementsAre(Pair("clock_gettime", 2),
                            Pair("close", 1),
                            Pair("epoll_wait", 1),
                            Pair("recv", 1),
                            Pair("send", 1)));
    EXPECT_EQ(loop->connections(), 0u);
}

TEST_F(ConnectionCostTest, a_connection_that_waits_is_registered_once) {
    connect().start(observer, nullptr, 0);
    counting.take();
    turns(3);
    EXPECT_EQ(counting.take()["epoll_ctl"], 1);
    for (int i = 0; i < 5; ++i) {
        send("q");
        turns();
    }
    EXPECT_EQ(counting.take()["epoll_ctl"], 0);
}

TEST_F(ConnectionCostTest, an_idle_connection_costs_nothing) {
    start();
    send("q");
    turns(3);
    counting.take();
    turns(1);
    EXPECT_THAT(counting.take(), ElementsAre(Pair("clock_gettime", 2), Pair("epoll_wait", 1)));
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, 0u);
    EXPECT_EQ(connection->output_bytes(), 0u);
}

TEST_F(ConnectionCostTest, a_request_takes_no_heap_block_and_no_new_queue) {
    start();
    send("q");
    turns();
    const auto queues = live_count(LiveKind::kOutputQueue).objects;
    for (int i = 0; i < 100; ++i) {
        send("qqqq");
        turns();
        receive();
    }
    EXPECT_EQ(live_count(LiveKind::kOutputQueue).objects, queues);
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, 0u);
}

TEST_F(ConnectionCostTest, an_idle_timeout_is_put_off_without_the_queue) {
    start();
    send("q");
    turns();
    const uint64_t first = loop->timers().next_ms();
    send("q");
    turns();
    EXPECT_EQ(loop->timers().next_ms(), first);
    EXPECT_EQ(loop->timers().size(), 1u);
}

}  // namespace
}  // namespace berth
