#include "plugin/net_services.h"

#include "net/event_loop.h"
#include "plugin/datagram_session.h"
#include "plugin/host_services.h"
#include "plugin/stream_context.h"
#include "support/fake_dns.h"
#include "support/loopback.h"
#include "support/test_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace berth {
namespace {

using testing::ElementsAre;

berth_sv view(std::string_view text) {
    return {text.data(), text.size()};
}

// What a plugin was told, and under which stamp.
struct Plugin {
    volatile uint32_t* stamp = nullptr;
    std::optional<berth_status> status;
    uint32_t stamp_seen = 0;
    berth_stream* stream = nullptr;
    std::vector<std::string> records;
    std::string received;
    bool closed = false;

    void told(berth_status what) {
        status = what;
        stamp_seen = *stamp;
    }
};

berth_status on_data(void* user, berth_rbuf* input, uint32_t) {
    auto& plugin = *static_cast<Plugin*>(user);
    plugin.received.append(reinterpret_cast<const char*>(input->p), input->n);
    plugin.stamp_seen = *plugin.stamp;
    input->p += input->n;
    input->n = 0;
    return BERTH_OK;
}

void on_close(void* user, berth_status) {
    static_cast<Plugin*>(user)->closed = true;
}

void on_connect(void* user, berth_status status, berth_stream* stream) {
    auto& plugin = *static_cast<Plugin*>(user);
    plugin.told(status);
    plugin.stream = stream;
}

void on_answer(void* user, berth_status status, const berth_sv* records, uint32_t n) {
    auto& plugin = *static_cast<Plugin*>(user);
    plugin.told(status);
    for (uint32_t i = 0; i < n; ++i) {
        plugin.records.emplace_back(records[i].p, records[i].n);
    }
}

class NetServicesTest : public testing::Test {
protected:
    static constexpr uint32_t kInstance = 42;

    NetServicesTest() {
        plugin_.stamp = &stamp_;
        callbacks_.h = BERTH_HDR(berth_stream_cb);
        callbacks_.on_data = on_data;
        callbacks_.on_close = on_close;
    }
    ~NetServicesTest() override { loop_->close_connections(BERTH_E_GONE); }

    berth_connect_opts options(std::string_view host) const {
        berth_connect_opts opts{};
        opts.h = BERTH_HDR(berth_connect_opts);
        opts.host = view(host);
        opts.port = port_;
        opts.cb = &callbacks_;
        opts.user = const_cast<Plugin*>(&plugin_);
        return opts;
    }
    berth_status connect(const berth_connect_opts& opts) {
        stamp_ = kInstance;
        const berth_status status = net_.connect(opts, on_connect, &plugin_);
        stamp_ = 0;
        return status;
    }
    berth_status outcome() {
        EXPECT_FALSE(plugin_.status.has_value()) << "done came from inside the call";
        EXPECT_TRUE(loop_.until([&] { return plugin_.status.has_value(); }));
        return plugin_.status.value_or(BERTH_PENDING);
    }

    volatile uint32_t stamp_ = 0;
    TicketTable tickets_;
    test::TestLoop loop_;
    test::FakeDns dns_{*loop_};
    StreamContext streams_{0, &stamp_, tickets_};
    NetServices net_{
        *loop_, streams_, {.servers = dns_.servers(), .timeout_ms = 5'000, .tries = 1}};
    UniqueFd listener_ = test::listen_on_loopback();
    uint16_t port_ = SocketAddress::local_of(listener_.get()).port();
    berth_stream_cb callbacks_{};
    Plugin plugin_;
};

TEST_F(NetServicesTest, a_plugin_gets_a_stream) {
    ASSERT_EQ(connect(options("127.0.0.1")), BERTH_OK);
    ASSERT_EQ(outcome(), BERTH_OK);
    EXPECT_EQ(plugin_.stamp_seen, kInstance);
    berth_seg segment{};
    segment.kind = BERTH_SEG_STATIC;
    segment.u.mem = "ping";
    segment.len = 4;
    ASSERT_EQ(plugin_.stream->ops->write(plugin_.stream, &segment, 1, 0), BERTH_OK);
    loop_.settle();
    const UniqueFd peer(sys().accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char got[4];
    ASSERT_EQ(sys().recv(peer.get(), got, sizeof(got), MSG_WAITALL), 4);
    sys().send(peer.get(), "pong", 4, 0);
    plugin_.stamp_seen = 0;
    EXPECT_TRUE(loop_.until([&] { return plugin_.received == "pong"; }));
    EXPECT_EQ(plugin_.stamp_seen, kInstance);
    EXPECT_EQ(plugin_.stream->ops->info(plugin_.stream)->peer_port, port_);
    plugin_.stream->ops->close(plugin_.stream, BERTH_OK, 0);
    EXPECT_TRUE(loop_.until([&] { return plugin_.closed; }));
}

TEST_F(NetServicesTest, a_failed_connect_is_told_without_a_stream) {
    listener_.reset();
    ASSERT_EQ(connect(options("127.0.0.1")), BERTH_OK);
    EXPECT_EQ(outcome(), BERTH_E_IO);
    EXPECT_EQ(plugin_.stream, nullptr);
    EXPECT_FALSE(plugin_.closed);
}

TEST_F(NetServicesTest, names_are_resolved) {
    dns_.answer("a.example.com", BERTH_RR_A, {"127.0.0.1"});
    ASSERT_EQ(connect(options("a.example.com")), BERTH_OK);
    EXPECT_EQ(outcome(), BERTH_OK);
}

TEST_F(NetServicesTest, the_plugin_sets_the_time) {
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    dns_.stay_silent("slow.example.com", BERTH_RR_AAAA);
    berth_connect_opts opts = options("slow.example.com");
    opts.timeout_ms = 10;
    ASSERT_EQ(connect(opts), BERTH_OK);
    EXPECT_EQ(outcome(), BERTH_E_TIMEOUT);
}

TEST_F(NetServicesTest, incomplete_calls_are_refused) {
    berth_connect_opts opts = options("127.0.0.1");
    opts.cb = nullptr;
    EXPECT_EQ(connect(opts), BERTH_E_INVAL);
    callbacks_.on_close = nullptr;
    EXPECT_EQ(connect(options("127.0.0.1")), BERTH_E_INVAL);
    callbacks_.on_close = on_close;
    EXPECT_EQ(net_.connect(options("127.0.0.1"), nullptr, nullptr), BERTH_E_INVAL);
    EXPECT_EQ(net_.resolve(view("a.example.com"), BERTH_RR_A, nullptr, nullptr), BERTH_E_INVAL);
    loop_.settle();
    EXPECT_FALSE(plugin_.status.has_value());
}

TEST_F(NetServicesTest, tls_that_cannot_be_had_is_refused_at_once) {
    berth_tls_opts tls{};
    tls.h = BERTH_HDR(berth_tls_opts);
    tls.is_server = 1;  // there is no listener whose certificates could be used
    berth_connect_opts opts = options("127.0.0.1");
    opts.tls = &tls;
    EXPECT_EQ(connect(opts), BERTH_E_UNSUPPORTED);
}

TEST_F(NetServicesTest, a_peer_that_speaks_no_tls_is_a_tls_error) {
    berth_tls_opts tls{};
    tls.h = BERTH_HDR(berth_tls_opts);
    berth_connect_opts opts = options("127.0.0.1");
    opts.tls = &tls;
    ASSERT_EQ(connect(opts), BERTH_OK);
    loop_.settle();
    const UniqueFd peer(sys().accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    sys().send(peer.get(), "220 hello\r\n", 11, 0);
    EXPECT_EQ(outcome(), BERTH_E_TLS);
}

TEST_F(NetServicesTest, answers_of_the_dns) {
    dns_.answer("a.example.com", BERTH_RR_A, {"192.0.2.1", "192.0.2.2"});
    stamp_ = kInstance;
    ASSERT_EQ(net_.resolve(view("a.example.com"), BERTH_RR_A, on_answer, &plugin_), BERTH_OK);
    stamp_ = 0;
    EXPECT_EQ(outcome(), BERTH_OK);
    EXPECT_THAT(plugin_.records, ElementsAre("192.0.2.1", "192.0.2.2"));
    EXPECT_EQ(plugin_.stamp_seen, kInstance);
    plugin_.status.reset();
    net_.resolve(view("missing.example.com"), BERTH_RR_A, on_answer, &plugin_);
    EXPECT_EQ(outcome(), BERTH_E_DNS);
}

TEST(NetServicesTable, belongs_to_the_host_and_waits_for_a_worker) {
    HostServices services([](std::string_view) { return nullptr; },
                          [](const berth_cfg*, std::string) {});
    EXPECT_TRUE(HostServices::provides(BERTH_NET_EXT));
    const void* found = services.host()->get_extension(services.host(), BERTH_NET_EXT);
    ASSERT_EQ(found, &net_table());
    const berth_net_ext& net = net_table();
    EXPECT_EQ(net.resolve(view("a.example.com"), BERTH_RR_A, on_answer, nullptr), BERTH_E_STATE);
    const berth_connect_opts opts{};
    EXPECT_EQ(net.connect(&opts, on_connect, nullptr), BERTH_E_STATE);

    test::TestLoop loop;
    volatile uint32_t stamp = 0;
    services.enter_worker({.loop = &*loop, .stamp = &stamp});
    EXPECT_EQ(net.connect(&opts, on_connect, nullptr), BERTH_E_INVAL);
    services.leave_worker();
    EXPECT_EQ(net.connect(&opts, on_connect, nullptr), BERTH_E_STATE);
}

}  // namespace
}  // namespace berth
