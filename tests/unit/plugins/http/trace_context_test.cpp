#include "trace_context.h"

#include "http_fixture.h"

#include "berth/crypto.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kGiven = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContextField, is_taken_when_well_formed) {
    const auto parent = parse_traceparent(kGiven);
    ASSERT_TRUE(parent);
    EXPECT_EQ(parent->trace_id, kTrace);
    EXPECT_TRUE(parent->sampled);
    std::string text(kGiven);
    text.back() = '2';
    EXPECT_FALSE(parse_traceparent(text)->sampled);
    text = "cc" + text.substr(2) + "-what the future will bring";
    EXPECT_EQ(parse_traceparent(text)->trace_id, kTrace);
}

TEST(TraceContextField, is_refused_when_malformed) {
    for (std::string text : {"",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                             "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7-01",
                             " 0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
        EXPECT_FALSE(parse_traceparent(text)) << text;
    }
}

// Bytes that a test can foresee.
const berth_crypto_ext& counting_crypto() {
    static const berth_crypto_ext table = [] {
        berth_crypto_ext made{};
        made.h = BERTH_HDR(berth_crypto_ext);
        made.random = [](void* out, size_t n) -> berth_status {
            std::memset(out, 0xa5, n);
            return BERTH_OK;
        };
        return made;
    }();
    return table;
}

class TraceContextTest : public HttpFixture {
protected:
    TraceContextTest() : HttpFixture({{BERTH_CRYPTO_EXT, &counting_crypto()}}) {
        handler.on_request = [this](berth_http_req* r) {
            seen.clear();
            for (uint32_t i = 0; i < r->n_headers; ++i) {
                const std::string_view name = sdk::view(r->headers[i].name);
                if (name == "traceparent" || name == "tracestate") {
                    seen.append(name).append("=").append(sdk::view(r->headers[i].value)) += ";";
                }
            }
            return reply(r, "hi");
        };
    }

    std::string sees(std::string_view fields) {
        exchange("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
        return seen;
    }
    static std::string field(std::string_view value) {
        return "traceparent: " + std::string(value) + "\r\n";
    }

    const std::string span = "a5a5a5a5a5a5a5a5", fresh = span + span;
    std::string seen;
};

TEST_F(TraceContextTest, go_on_with_a_span_of_our_own) {
    configure({{"trace", true}});
    EXPECT_EQ(sees(field(kGiven) + "tracestate: a=b\r\n"),
              "tracestate=a=b;traceparent=00-" + std::string(kTrace) + "-" + span + "-00;");
}

TEST_F(TraceContextTest, begin_where_none_came_or_nobody_can_tell_which) {
    configure({{"trace", true}});
    const std::string made = "traceparent=00-" + fresh + "-" + span + "-00;";
    EXPECT_EQ(sees(""), made);
    EXPECT_EQ(sees(field("00-bad") + "tracestate: a=b\r\n"), made);
    EXPECT_EQ(sees(field(kGiven) + field(kGiven)), made);
}

TEST_F(TraceContextTest, are_recorded_when_a_trusted_proxy_says_so) {
    configure({{"trace", true}, {"trust", map({{"proxies", list({"192.0.2.0/24"})}})}});
    EXPECT_EQ(sees(field(kGiven)), "traceparent=00-" + std::string(kTrace) + "-" + span + "-01;");
}

TEST_F(TraceContextTest, are_recorded_when_a_proxy_on_a_unix_socket_says_so) {
    configure({{"trace", true}, {"trust", map({{"proxies", list({"192.0.2.0/24"})}})}});
    FakeStream& stream = connect();
    stream.conn.peer_ip = {};
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n" + field(kGiven) + "\r\n");
    EXPECT_EQ(seen, "traceparent=00-" + std::string(kTrace) + "-" + span + "-01;");
}

TEST_F(TraceContextTest, are_nobodys_business_unless_the_site_says_so) {
    configure();
    EXPECT_EQ(sees(field(kGiven)), "traceparent=" + std::string(kGiven) + ";");
    EXPECT_EQ(sees(""), "");
}

TEST_F(TraceContextTest, are_in_the_log) {
    configure({{"trace", true}, {"access_log", map({{"format", "json"}, {"to", "log"}})}});
    exchange("GET / HTTP/1.1\r\nHost: a\r\n" + field(kGiven) + "\r\n");
    host.run();
    EXPECT_NE(host.logs["log"].find("\"trace_id\":\"" + std::string(kTrace) + "\"}"),
              std::string::npos);
}

using TraceContextWithoutCrypto = HttpFixture;

TEST_F(TraceContextWithoutCrypto, traces_need_random_numbers) {
    void* inst = nullptr;
    const berth_cfg sites = list({map({{"site", "test"},
                                       {"trace", true},
                                       {"listen", list({listen(0)})},
                                       {"scripted", map({})}})});
    EXPECT_EQ(host.create(BERTH_PROTOCOL_KIND, "http", sites, &inst), BERTH_E_UNSUPPORTED);
}

}  // namespace
}  // namespace berth::http
