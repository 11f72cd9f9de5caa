#include "support/plugin_fixture.h"

#include "berth/cpp/text.hpp"

#include <string>

namespace {

using berth::testing::FakeStream;
using berth::testing::map;

class Rate : public berth::testing::PluginFixture {
protected:
    void limit(const berth_cfg& settings) {
        handler.on_request = [this](berth_http_req* request) {
            return reply(request, 200, {}, "fine");
        };
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND, "rate", settings), BERTH_OK);
        serve({"rate"});
    }

    std::string get(const char* peer = "192.0.2.1", const std::string& fields = "") {
        FakeStream& stream = connect();
        stream.conn.peer_ip = berth::sdk::sv(peer);
        stream.receive("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        return stream.output;
    }
    std::string status(const char* peer = "192.0.2.1", const std::string& fields = "") {
        return get(peer, fields).substr(9, 3);
    }
};

bool has(const std::string& answer, const std::string& line) {
    return answer.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST_F(Rate, answers_429_to_who_asks_too_often) {
    limit(map({{"allow", "2/s"}}));
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(status(), "200");
    const std::string refused = get();
    EXPECT_EQ(refused.substr(9, 3), "429");
    EXPECT_TRUE(has(refused, "retry-after: 1"));
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"rate\"}"), 1u);
    EXPECT_EQ(status("192.0.2.2"), "200") << "others are not concerned";
}

TEST_F(Rate, lets_through_again_after_a_while) {
    limit(map({{"allow", "2/m"}}));
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(status(), "200");
    EXPECT_TRUE(has(get(), "retry-after: 30"));
    host.advance(30'000);
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(status(), "429");
}

TEST_F(Rate, counts_for_longer_than_a_value_lives_when_it_is_used) {
    limit(map({{"allow", "1/s"}, {"burst", 2}}));
    EXPECT_EQ(status(), "200");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(status(), i % 10 == 0 ? "200" : "429") << i;
        host.advance(100);
    }
}

// A thousand tokens come in less than the millisecond in which lives are told.
TEST_F(Rate, remembers_a_large_burst_until_the_bucket_is_full) {
    limit(map({{"allow", "2000/s"}, {"burst", 4000}, {"fields", true}}));
    for (int i = 0; i < 4000; ++i) {
        get();
    }
    host.advance(1'500);
    EXPECT_TRUE(has(get(), "ratelimit-remaining: 2999"));
}

TEST_F(Rate, has_a_burst_of_its_own) {
    limit(map({{"allow", "1/s"}, {"burst", 3}}));
    for (const char* expected : {"200", "200", "200", "429"}) {
        EXPECT_EQ(status(), expected);
    }
}

TEST_F(Rate, counts_ipv6_by_the_network_of_a_customer) {
    limit(map({{"allow", "1/h"}}));
    EXPECT_EQ(status("2001:db8:0:1::1"), "200");
    EXPECT_EQ(status("2001:db8:0:1::2"), "429");
    EXPECT_EQ(status("2001:db8:0:2::1"), "200");
}

TEST_F(Rate, does_not_count_local_clients_unless_told_to) {
    limit(map({{"allow", "1/h"}}));
    for (const char* peer : {"127.0.0.1", "127.0.0.1", "::1", "::1", "", ""}) {
        EXPECT_EQ(status(peer), "200") << peer;
    }
    limit(map({{"allow", "1/h"}, {"count_local", true}}));
    EXPECT_EQ(status("127.0.0.1"), "200");
    EXPECT_EQ(status("127.0.0.1"), "429");
    EXPECT_EQ(status(""), "200");
    EXPECT_EQ(status(""), "429");
}

TEST_F(Rate, counts_by_a_field_where_told_to) {
    limit(map({{"allow", "1/h"}, {"per", "header:X-Key"}}));
    EXPECT_EQ(status("192.0.2.1", "X-Key: a\r\n"), "200");
    EXPECT_EQ(status("192.0.2.2", "X-Key: a\r\n"), "429");
    EXPECT_EQ(status("192.0.2.2", "X-Key: b\r\n"), "200");
    EXPECT_EQ(status("192.0.2.2"), "200") << "without the field by client";
    EXPECT_EQ(status("192.0.2.2"), "429");
    const std::string same(200, 'x');
    EXPECT_EQ(status("192.0.2.2", "X-Key: " + same + "1\r\n"), "200");
    EXPECT_EQ(status("192.0.2.2", "X-Key: " + same + "2\r\n"), "200");
    EXPECT_EQ(status("192.0.2.2", "X-Key: " + same + "2\r\n"), "429");
}

TEST_F(Rate, counts_everybody_together_where_told_to) {
    limit(map({{"allow", "1/h"}, {"per", "route"}}));
    EXPECT_EQ(status("192.0.2.1"), "200");
    EXPECT_EQ(status("192.0.2.2"), "429");
}

TEST_F(Rate, says_what_is_left_where_told_to) {
    limit(map({{"allow", "2/m"}, {"fields", true}}));
    const std::string first = get();
    EXPECT_TRUE(has(first, "ratelimit-limit: 2"));
    EXPECT_TRUE(has(first, "ratelimit-remaining: 1"));
    EXPECT_TRUE(has(first, "ratelimit-reset: 30"));
    get();
    EXPECT_TRUE(has(get(), "ratelimit-remaining: 0"));
}

TEST_F(Rate, adds_nothing_to_answers_otherwise) {
    limit(map({{"allow", "2/m"}}));
    EXPECT_EQ(get().find("ratelimit"), std::string::npos);
}

}  // namespace
