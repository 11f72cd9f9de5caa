#include "net/resolver.h"

#include "base/sys.h"
#include "support/fake_dns.h"
#include "support/loopback.h"
#include "support/test_loop.h"

#include "berth/net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace berth {
namespace {

using test::DnsMessage;
using test::FakeDns;
using testing::ElementsAre;
using testing::IsEmpty;

class ResolverTest : public testing::Test {
protected:
    Resolver& resolver() {
        if (resolver_ == nullptr) {
            options_.servers = dns_.servers();
            resolver_ = Resolver::make(*loop_, options_).value();
        }
        return *resolver_;
    }
    DnsAnswer ask(const std::string& name, uint16_t type) {
        std::optional<DnsAnswer> got;
        resolver().resolve(name, type, [&](const DnsAnswer& answer) { got = answer; });
        EXPECT_FALSE(got.has_value()) << "done came from inside resolve()";
        EXPECT_TRUE(loop_.until([&] { return got.has_value(); }));
        return got.value_or(DnsAnswer{});
    }

    test::TestLoop loop_;
    FakeDns dns_{*loop_};
    Resolver::Options options_{.servers = {}, .timeout_ms = 2'000, .tries = 1, .in_flight_max = 8};
    std::unique_ptr<Resolver> resolver_;
};

using ResolverAnswers = ResolverTest;
using ResolverFaults = ResolverTest;
using ResolverHandles = ResolverTest;

TEST_F(ResolverAnswers, addresses_of_both_families) {
    dns_.answer("a.example.com", BERTH_RR_A, {"192.0.2.1", "192.0.2.2"});
    dns_.answer("a.example.com", BERTH_RR_AAAA, {"2001:db8::1"});
    const DnsAnswer ipv4 = ask("a.example.com", BERTH_RR_A);
    EXPECT_EQ(ipv4.status, BERTH_OK);
    EXPECT_THAT(ipv4.records, ElementsAre("192.0.2.1", "192.0.2.2"));
    EXPECT_THAT(ask("a.example.com", BERTH_RR_AAAA).records, ElementsAre("2001:db8::1"));
}

TEST_F(ResolverAnswers, records_of_mail) {
    DnsMessage message("example.com", BERTH_RR_MX);
    message.answer(test::dns_number(10) + test::dns_name("mx.example.com"));
    dns_.answer("example.com", BERTH_RR_MX, message);
    EXPECT_THAT(ask("example.com", BERTH_RR_MX).records, ElementsAre("10 mx.example.com"));
}

TEST_F(ResolverAnswers, the_hosts_file_before_the_network) {
    EXPECT_THAT(ask("localhost", BERTH_RR_A).records, testing::Contains("127.0.0.1"));
    EXPECT_EQ(dns_.questions(), 0U);
}

TEST_F(ResolverAnswers, literals_without_a_question) {
    EXPECT_THAT(ask("192.0.2.9", BERTH_RR_A).records, ElementsAre("192.0.2.9"));
    EXPECT_EQ(dns_.questions(), 0U);
}

TEST_F(ResolverAnswers, an_unknown_name) {
    const DnsAnswer answer = ask("missing.example.com", BERTH_RR_A);
    EXPECT_EQ(answer.status, BERTH_E_DNS);
    EXPECT_THAT(answer.records, IsEmpty());
    EXPECT_EQ(ask("missing.example.com", BERTH_RR_MX).status, BERTH_E_DNS);
}

TEST_F(ResolverAnswers, a_name_without_that_record) {
    dns_.answer("a.example.com", BERTH_RR_MX, DnsMessage("a.example.com", BERTH_RR_MX));
    const DnsAnswer answer = ask("a.example.com", BERTH_RR_MX);
    EXPECT_EQ(answer.status, BERTH_OK);
    EXPECT_THAT(answer.records, IsEmpty());
}

TEST_F(ResolverFaults, a_silent_server_times_out) {
    options_.timeout_ms = 20;
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    EXPECT_EQ(ask("slow.example.com", BERTH_RR_A).status, BERTH_E_TIMEOUT);
    EXPECT_EQ(dns_.questions(), 1U);
}

TEST_F(ResolverFaults, asks_again_as_often_as_told) {
    options_.timeout_ms = 10;
    options_.tries = 3;
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    EXPECT_EQ(ask("slow.example.com", BERTH_RR_A).status, BERTH_E_TIMEOUT);
    EXPECT_EQ(dns_.questions(), 3U);
}

TEST_F(ResolverFaults, a_failing_server_is_no_missing_name) {
    dns_.answer("a.example.com",
                BERTH_RR_MX,
                DnsMessage("a.example.com", BERTH_RR_MX, DnsMessage::kServerFailed));
    EXPECT_EQ(ask("a.example.com", BERTH_RR_MX).status, BERTH_E_IO);
}

TEST_F(ResolverFaults, junk_before_the_answer_is_ignored) {
    DnsMessage message("a.example.com", BERTH_RR_A);
    message.answer("\xc0\x02\x02\x01");
    const DnsMessage other("b.example.com", BERTH_RR_A);
    dns_.script("a.example.com", BERTH_RR_A, [=](uint16_t id) {
        return std::vector<std::string>{"",
                                        "junk",
                                        other.text(id),
                                        message.text(static_cast<uint16_t>(id + 1)),
                                        message.text(id)};
    });
    EXPECT_EQ(ask("a.example.com", BERTH_RR_A).status, BERTH_OK);
}

TEST_F(ResolverFaults, a_damaged_answer_fails) {
    DnsMessage message("a.example.com", BERTH_RR_MX);
    message.answer(test::dns_number(10) + test::dns_name("mx.example.com"));
    dns_.script("a.example.com", BERTH_RR_MX, [=](uint16_t id) {
        const std::string whole = message.text(id);
        return std::vector{whole.substr(0, whole.size() - 4)};
    });
    EXPECT_EQ(ask("a.example.com", BERTH_RR_MX).status, BERTH_E_IO);
}

TEST_F(ResolverFaults, questions_that_cannot_be_asked) {
    EXPECT_EQ(ask("", BERTH_RR_A).status, BERTH_E_INVAL);
    EXPECT_EQ(ask(std::string(254, 'a'), BERTH_RR_A).status, BERTH_E_INVAL);
    EXPECT_EQ(ask(std::string("a\0.example.com", 14), BERTH_RR_A).status, BERTH_E_INVAL);
    EXPECT_EQ(ask("example.com", 99).status, BERTH_E_UNSUPPORTED);
    EXPECT_LT(ask("a..example.com", BERTH_RR_MX).status, 0);
    EXPECT_LT(ask(std::string(64, 'a') + ".example.com", BERTH_RR_MX).status, 0);
}

TEST_F(ResolverFaults, without_sockets_lookups_fail) {
    resolver();
    Sys table = real_sys();
    table.socket = [](int, int, int) {
        errno = EMFILE;
        return -1;
    };
    const ScopedSys scoped(table);
    EXPECT_EQ(ask("a.example.com", BERTH_RR_MX).status, BERTH_E_IO);
}

// An answer too long for UDP comes over TCP, here in pieces.
TEST_F(ResolverFaults, a_truncated_answer_is_asked_for_over_tcp) {
    UniqueFd listener = test::listen_on_loopback();
    const uint16_t port = SocketAddress::local_of(listener.get()).port();
    FakeDns udp(*loop_, port);
    options_.servers = udp.servers();
    DnsMessage message("big.example.com", BERTH_RR_TXT);
    message.answer(std::string("\x03") + "big");
    udp.script("big.example.com", BERTH_RR_TXT, [=](uint16_t id) {
        std::string cut = DnsMessage("big.example.com", BERTH_RR_TXT).text(id);
        cut[2] = static_cast<char>(cut[2] | 0x02);  // TC
        return std::vector{cut};
    });
    std::thread server([&] {
        pollfd waiting{listener.get(), POLLIN, 0};
        sys().poll(&waiting, 1, 5'000);
        const UniqueFd peer(sys().accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        char question[512];
        if (sys().recv(peer.get(), question, 2, MSG_WAITALL) != 2 ||
            sys().recv(peer.get(), question, sizeof(question), 0) < 2) {
            return;
        }
        const auto id = static_cast<uint16_t>(static_cast<uint8_t>(question[0]) << 8 |
                                              static_cast<uint8_t>(question[1]));
        const std::string text = message.text(id);
        const std::string packet = test::dns_number(static_cast<uint16_t>(text.size())) + text;
        for (const char byte : packet) {
            sys().send(peer.get(), &byte, 1, MSG_NOSIGNAL);
        }
        sys().recv(peer.get(), question, 1, 0);
    });
    resolver_ = Resolver::make(*loop_, options_).value();
    EXPECT_THAT(ask("big.example.com", BERTH_RR_TXT).records, ElementsAre("big"));
    resolver_.reset();
    server.join();
}

TEST_F(ResolverHandles, a_cancelled_lookup_says_nothing) {
    dns_.answer("a.example.com", BERTH_RR_A, {"192.0.2.1"});
    const auto handle =
        resolver().resolve("a.example.com", BERTH_RR_A, [](const DnsAnswer&) { FAIL(); });
    resolver().cancel(handle);
    resolver().cancel(handle);
    EXPECT_EQ(resolver().pending(), 0U);
    EXPECT_EQ(ask("a.example.com", BERTH_RR_A).status, BERTH_OK);
}

TEST_F(ResolverHandles, an_answer_that_waits_for_its_turn_can_be_cancelled) {
    const auto handle = resolver().resolve("", BERTH_RR_A, [](const DnsAnswer&) { FAIL(); });
    resolver().cancel(handle);
    loop_.settle();
}

TEST_F(ResolverHandles, one_answer_may_cancel_another) {
    Resolver::Handle second = 0;
    int answers = 0;
    const auto count = [&](const DnsAnswer&) {
        ++answers;
        resolver().cancel(second);
    };
    resolver().resolve("", BERTH_RR_A, count);
    second = resolver().resolve("", BERTH_RR_A, count);
    loop_.settle();
    EXPECT_EQ(answers, 1);
}

TEST_F(ResolverHandles, an_answer_may_ask_again) {
    dns_.answer("a.example.com", BERTH_RR_A, {"192.0.2.1"});
    bool done = false;
    resolver().resolve("a.example.com", BERTH_RR_A, [&](const DnsAnswer&) {
        resolver().resolve("a.example.com", BERTH_RR_A, [&](const DnsAnswer&) { done = true; });
    });
    EXPECT_TRUE(loop_.until([&] { return done; }));
}

TEST_F(ResolverHandles, there_is_a_limit_of_lookups_under_way) {
    options_.in_flight_max = 2;
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    const auto ignore = [](const DnsAnswer&) {};
    const auto first = resolver().resolve("slow.example.com", BERTH_RR_A, ignore);
    resolver().resolve("slow.example.com", BERTH_RR_A, ignore);
    EXPECT_EQ(ask("a.example.com", BERTH_RR_A).status, BERTH_E_LIMIT);
    resolver().cancel(first);  // its query is still under way and still counts
    EXPECT_EQ(ask("a.example.com", BERTH_RR_A).status, BERTH_E_LIMIT);
}

TEST_F(ResolverHandles, nothing_is_left_when_it_ends_early) {
    dns_.stay_silent("slow.example.com", BERTH_RR_A);
    const auto fds = live_count(LiveKind::kFd).objects;
    resolver().resolve("slow.example.com", BERTH_RR_A, [](const DnsAnswer&) { FAIL(); });
    resolver_.reset();
    loop_.settle();
    EXPECT_EQ(live_count(LiveKind::kLookup).objects, 0U);
    EXPECT_EQ(live_count(LiveKind::kFd).objects, fds);
}

}  // namespace
}  // namespace berth
