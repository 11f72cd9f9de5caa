#include "plugin/filtered_sockets.h"

#include "support/loopback.h"
#include "support/test_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {
namespace {

using Verdict = ConnectionFilters::Verdict;

// A filter that answers as the test says, and takes what stands before the first ';'.
struct Script {
    berth_status on_accept = BERTH_OK;
    berth_status on_colon = BERTH_OK;
    const char* rename = nullptr;
    std::vector<std::string> shown;
    uint32_t stamp_seen = 0;
};

volatile uint32_t running = 0;

berth_status accept_script(void* inst, berth_conn* conn) {
    auto& script = *static_cast<Script*>(inst);
    script.stamp_seen = running;
    if (script.rename != nullptr) {
        const auto bytes = SocketAddress::ip(script.rename, 0).value();
        std::copy_n(bytes.ip_bytes().data(), 4, conn->peer.b + 12);
        conn->peer_port = 4711;
    }
    return script.on_accept;
}

berth_status show_script(void* inst, berth_conn*, const uint8_t* bytes, size_t n, size_t* used) {
    auto& script = *static_cast<Script*>(inst);
    const std::string_view text(reinterpret_cast<const char*>(bytes), n);
    script.shown.emplace_back(text);
    const size_t end = text.find(';');
    if (end == std::string_view::npos) {
        return BERTH_MORE;
    }
    *used = end + 1;
    return script.on_colon;
}

constexpr berth_conn_filter_ops kOps = {
    BERTH_HDR(berth_conn_filter_ops), 16, 1000, accept_script, show_script};
constexpr berth_conn_filter_ops kDeafOps = {
    BERTH_HDR(berth_conn_filter_ops), 0, 0, accept_script, nullptr};

class FilteredSocketsTest : public ::testing::Test {
protected:
    void use(std::vector<ConnectionFilter> filters) {
        sockets_ = std::make_unique<FilteredSockets>(
            *loop_,
            ConnectionFilters(std::move(filters), running),
            FilteredSockets::Counters{&timeouts_},
            [this](UniqueFd fd, const SocketAddress& peer, ConnectionSlot) {
                passed_ = std::move(fd);
                peer_ = peer;
            });
    }
    void connect() {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        client_ = UniqueFd(ends[1]);
        sockets_->add(
            UniqueFd(ends[0]), SocketAddress::ip("192.0.2.1", 1234).value(), 3, ConnectionSlot());
    }
    void say(std::string_view text) {
        ASSERT_EQ(::write(client_.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
        loop_.settle();
    }
    bool is_closed() const { return test::is_closed(client_); }
    // What is left in the socket that passed.
    std::string rest() const {
        char bytes[64];
        const ssize_t n = ::recv(passed_.get(), bytes, sizeof(bytes), MSG_DONTWAIT);
        return n < 0 ? "none" : std::string(bytes, static_cast<size_t>(n));
    }
    static ConnectionFilter filter(Script& script, const berth_conn_filter_ops& ops = kOps) {
        return {&ops, &script, 42, nullptr};
    }

    test::TestLoop loop_;
    std::unique_ptr<FilteredSockets> sockets_;
    UniqueFd client_, passed_;
    SocketAddress peer_;
    uint64_t timeouts_ = 0;
    Script first_, second_;
};

TEST_F(FilteredSocketsTest, pass_at_once_when_no_filter_wants_bytes) {
    use({filter(first_, kDeafOps), filter(second_)});
    connect();
    ASSERT_TRUE(passed_);
    EXPECT_EQ(peer_.text(), "192.0.2.1:1234");
    EXPECT_EQ(first_.stamp_seen, 42u);
    EXPECT_EQ(running, 0u);
}

TEST_F(FilteredSocketsTest, are_closed_and_counted_when_a_filter_declines) {
    uint64_t refused = 0;
    for (const berth_status verdict : {BERTH_DECLINED, BERTH_E_FAIL}) {
        first_.on_accept = verdict;
        use({{&kOps, &first_, 42, &refused}, filter(second_)});
        connect();
        EXPECT_FALSE(passed_);
        EXPECT_TRUE(is_closed());
    }
    EXPECT_EQ(refused, 2u);
    EXPECT_EQ(second_.stamp_seen, 0u) << "later filters are not asked";
}

TEST_F(FilteredSocketsTest, are_closed_when_a_filter_that_must_not_be_skipped_is_quarantined) {
    use({{nullptr, nullptr, 0, nullptr}});
    connect();
    EXPECT_TRUE(is_closed());
}

TEST_F(FilteredSocketsTest, a_filter_that_cannot_read_must_not_ask_for_more) {
    first_.on_accept = BERTH_MORE;
    use({filter(first_, kDeafOps)});
    connect();
    EXPECT_TRUE(is_closed());
}

TEST_F(FilteredSocketsTest, show_first_bytes_and_leave_what_is_not_taken) {
    first_.on_accept = BERTH_MORE;
    use({filter(first_)});
    connect();
    EXPECT_EQ(sockets_->waiting(), 1u);
    say("ab");
    say("c;GET /");
    ASSERT_TRUE(passed_);
    EXPECT_EQ(sockets_->waiting(), 0u);
    EXPECT_EQ(first_.shown, (std::vector<std::string>{"ab", "abc;GET /"}));
    EXPECT_EQ(rest(), "GET /");
}

TEST_F(FilteredSocketsTest, show_the_next_filter_what_the_first_has_left) {
    first_.on_accept = second_.on_accept = BERTH_MORE;
    use({filter(first_), filter(second_)});
    connect();
    say("a;b");
    EXPECT_FALSE(passed_);
    say(";c");
    ASSERT_TRUE(passed_);
    EXPECT_EQ(second_.shown, (std::vector<std::string>{"b", "b;c"}));
    EXPECT_EQ(rest(), "c");
}

TEST_F(FilteredSocketsTest, take_the_peer_from_the_filter) {
    first_.rename = "198.51.100.7";
    use({filter(first_)});
    connect();
    ASSERT_TRUE(passed_);
    EXPECT_EQ(peer_.text(), "198.51.100.7:4711");
}

TEST_F(FilteredSocketsTest, are_closed_when_bytes_are_refused_or_too_many) {
    first_.on_accept = BERTH_MORE;
    first_.on_colon = BERTH_DECLINED;
    use({filter(first_)});
    connect();
    say("a;");
    EXPECT_TRUE(is_closed());
    connect();
    say(std::string(16, 'x'));
    EXPECT_TRUE(is_closed());
    EXPECT_EQ(sockets_->waiting(), 0u);
}

TEST_F(FilteredSocketsTest, are_closed_when_the_client_goes_away) {
    first_.on_accept = BERTH_MORE;
    use({filter(first_)});
    connect();
    say("a");
    client_.reset();
    loop_.settle();
    EXPECT_EQ(sockets_->waiting(), 0u);
    EXPECT_FALSE(passed_);
}

TEST_F(FilteredSocketsTest, are_closed_when_first_bytes_do_not_come_in_time) {
    static constexpr berth_conn_filter_ops kHasty = {
        BERTH_HDR(berth_conn_filter_ops), 16, 1, accept_script, show_script};
    first_.on_accept = BERTH_MORE;
    use({filter(first_, kHasty)});
    connect();
    EXPECT_TRUE(loop_.until([&] { return sockets_->waiting() == 0; }));
    EXPECT_TRUE(is_closed());
    EXPECT_EQ(timeouts_, 1u);
}

TEST_F(FilteredSocketsTest, wait_in_any_number) {
    first_.on_accept = BERTH_MORE;
    use({filter(first_)});
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 5; ++i) {
        connect();
        clients.push_back(std::move(client_));
    }
    clients[1].reset();
    loop_.settle();
    EXPECT_EQ(sockets_->waiting(), 4u);
    client_ = std::move(clients[4]);
    say(";");
    EXPECT_TRUE(passed_);
    EXPECT_EQ(sockets_->waiting(), 3u);
    sockets_.reset();
}

}  // namespace
}  // namespace berth
