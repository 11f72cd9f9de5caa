// Requests that become something else: the stream that a handler is given.
#include "http_fixture.h"
#include "tunnel_user.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::http {
namespace {

constexpr std::string_view kUpgrade =
    "GET /u HTTP/1.1\r\nHost: a\r\nConnection: x, Upgrade\r\nUpgrade: tunnel/2, Tunnel\r\n\r\n";

class Upgrade : public HttpFixture {
protected:
    Upgrade() {
        handler.on_request = [this](berth_http_req* request) { return upgrade(request); };
    }

    berth_status upgrade(berth_http_req* request, std::string_view protocol = "tunnel") {
        static constexpr berth_header kField{{"X-Note", 6}, {"yes", 3}};
        const berth_http_resp response{BERTH_HDR(berth_http_resp), 101, 0, &kField, 1, 0, 0};
        status = http->upgrade(request, sdk::sv(protocol), &response, &tunnel);
        if (status >= 0) {
            tunnel->ops->set_user(tunnel, &TunnelUser::kCallbacks, &told);
        }
        return status;
    }

    berth_status write(std::string_view text, uint32_t flags = 0) {
        const berth_seg segment = sdk::copied(text);
        return tunnel->ops->write(tunnel, &segment, 1, flags);
    }

    TunnelUser told;
    berth_stream* tunnel = nullptr;
    berth_status status = BERTH_E_FAIL;
};

TEST_F(Upgrade, gives_the_connection_to_the_handler) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    EXPECT_EQ(without_date(stream.output),
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tunnel\r\n"
              "X-Note: yes\r\n\r\n");
    stream.output.clear();
    stream.receive("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(told.data, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(write("raw"), BERTH_OK);
    EXPECT_EQ(stream.output, "raw");
    EXPECT_EQ(handler.requests, 1u);
    EXPECT_EQ(handler.destroys, 0u);
}

TEST_F(Upgrade, hands_over_what_came_behind_the_request) {
    configure();
    told.take_max = 3;
    FakeStream& stream = connect();
    stream.receive(std::string(kUpgrade) + "behind");
    EXPECT_EQ(told.data, "beh");
    stream.receive("!");
    EXPECT_EQ(told.data, "behind");
}

TEST_F(Upgrade, may_come_later) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    FakeStream& stream = connect();
    stream.receive(std::string(kUpgrade) + "behind");
    EXPECT_TRUE(stream.paused);
    EXPECT_EQ(upgrade(handler.last_request), BERTH_OK);
    EXPECT_EQ(told.data, "");
    host.run();
    EXPECT_EQ(told.data, "behind");
    EXPECT_FALSE(stream.paused);
}

TEST_F(Upgrade, is_shown_to_handlers_where_the_client_asks_for_it) {
    configure();
    std::string seen;
    handler.on_request = [&](berth_http_req* request) {
        seen = sdk::view(request->protocol);
        return reply(request, "");
    };
    exchange(kUpgrade);
    EXPECT_EQ(seen, "tunnel/2, Tunnel");
    exchange("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: tunnel\r\n\r\n");
    EXPECT_EQ(seen, "");
    exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n");
    EXPECT_EQ(seen, "");
    exchange("GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: tunnel\r\n\r\n");
    EXPECT_EQ(seen, "");
    exchange(std::string(kUpgrade) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(seen, "");
}

TEST_F(Upgrade, is_refused_where_it_cannot_be) {
    configure();
    std::vector<berth_status> refused;
    handler.on_request = [&](berth_http_req* request) {
        refused.push_back(upgrade(request, "other"));
        refused.push_back(upgrade(request, ""));
        reply(request, "plain");
        refused.push_back(upgrade(request));
        return BERTH_OK;
    };
    EXPECT_EQ(body_of(exchange(kUpgrade)), "plain");
    EXPECT_EQ(refused,
              (std::vector<berth_status>{BERTH_E_UNSUPPORTED, BERTH_E_UNSUPPORTED, BERTH_E_STATE}));
}

TEST_F(Upgrade, waits_for_the_end_of_a_body) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    std::string request(kUpgrade);
    request.insert(request.size() - 2, "Content-Length: 4\r\n");
    FakeStream& stream = connect();
    stream.receive(request + "bo");
    EXPECT_EQ(upgrade(handler.last_request), BERTH_E_STATE);
    stream.receive("dy");
    EXPECT_EQ(upgrade(handler.last_request), BERTH_OK);
    EXPECT_EQ(handler.body, "body");
}

TEST_F(Upgrade, ends_with_its_stream) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    tunnel->ops->close(tunnel, BERTH_OK, 1);
    EXPECT_EQ(told.events, std::vector<std::string>{});
    host.run();
    EXPECT_TRUE(stream.linger);
    EXPECT_EQ(told.events, std::vector<std::string>{"close 0"});
    EXPECT_EQ(handler.events, (std::vector<std::string>{"request /u", "destroy"}));
    EXPECT_EQ(handler.aborts, 0u);
}

TEST_F(Upgrade, tells_what_happens_to_the_connection) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    stream.high_watermark = 4;
    stream.unread = 0;
    EXPECT_EQ(write("12345"), BERTH_AGAIN);
    stream.read_output();
    stream.drain(host.now_ms + 1000);
    tunnel->ops->timeout(tunnel, BERTH_TIMEOUT_DEADLINE, 10);
    host.advance(10);
    stream.receive_end();
    stream.reset();
    EXPECT_EQ(told.events,
              (std::vector<std::string>{"writable", "drain", "timeout", "end", "close -10"}));
}

TEST_F(Upgrade, keeps_the_idle_timeout_of_the_site_until_another_is_set) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    EXPECT_EQ(stream.timeout_kind, BERTH_TIMEOUT_IDLE);
    EXPECT_EQ(stream.timeout_ms, 60'000u);
    host.advance(60'000);
    EXPECT_EQ(told.events, std::vector<std::string>{"timeout"});
}

TEST_F(Upgrade, closes_a_stream_that_nobody_uses) {
    configure();
    handler.on_request = [this](berth_http_req* request) {
        const berth_http_resp response{BERTH_HDR(berth_http_resp), 101, 0, nullptr, 0, 0, 0};
        return http->upgrade(request, sdk::sv("tunnel"), &response, &tunnel);
    };
    FakeStream& stream = connect();
    stream.receive(std::string(kUpgrade) + "x");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(Upgrade, is_logged_when_it_ends) {
    configure({{"access_log", map({{"format", "common"}, {"to", "log"}})}});
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    write("12345");
    EXPECT_EQ(host.logs["log"], "");
    stream.read_output();
    stream.reset();
    EXPECT_NE(host.logs["log"].find("\"GET /u HTTP/1.1\" 101 5\n"), std::string::npos)
        << host.logs["log"];
}

TEST_F(Upgrade, runs_its_callbacks_under_the_number_of_the_handler) {
    configure();
    uint32_t stamp = 0;
    told.on_data = [&] { stamp = host.stamp; };
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    stream.receive("x");
    EXPECT_NE(stamp, 0u);
    EXPECT_NE(stamp, host.stamp);
}

TEST_F(Upgrade, can_be_given_up) {
    configure();
    FakeStream& stream = connect();
    stream.receive(kUpgrade);
    EXPECT_EQ(http->abort(handler.last_request, BERTH_E_FAIL), BERTH_OK);
    host.run();
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(told.events, std::vector<std::string>{"close -1"});
    EXPECT_EQ(handler.aborts, 0u);
}

}  // namespace
}  // namespace berth::http
