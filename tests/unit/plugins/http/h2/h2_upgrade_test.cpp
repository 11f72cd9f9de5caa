// Extended CONNECT (RFC 8441): streams of HTTP/2 that become something else.
#include "h2/h2_fixture.h"
#include "tunnel_user.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::http {
namespace {

using Events = std::vector<std::string>;

h2::Fields connect_to(std::string_view protocol, std::string_view path = "/u") {
    return {{":method", "CONNECT"},
            {":protocol", std::string(protocol)},
            {":scheme", "http"},
            {":path", std::string(path)},
            {":authority", "a"}};
}

class H2Upgrade : public H2Fixture {
protected:
    H2Upgrade() {
        handler.on_request = [this](berth_http_req* request) { return upgrade(request); };
    }

    berth_status upgrade(berth_http_req* request) {
        static constexpr berth_header kField{{"X-Note", 6}, {"yes", 3}};
        const berth_http_resp response{BERTH_HDR(berth_http_resp), 101, 0, &kField, 1, 0, 0};
        const berth_status status = http->upgrade(request, sdk::sv("tunnel"), &response, &tunnel);
        if (status >= 0) {
            tunnel->ops->set_user(tunnel, &TunnelUser::kCallbacks, &told);
        }
        return status;
    }

    H2Client open_tunnel(std::string_view preface = h2::preface()) {
        H2Client client = open_h2(preface);
        client.send(h2::request(1, connect_to("tunnel"), 0));
        return client;
    }

    berth_status write(std::string_view text, uint32_t flags = 0) {
        const berth_seg segment = sdk::copied(text);
        return tunnel->ops->write(tunnel, &segment, 1, flags);
    }

    // The handler acts outside of a call; then what waits is sent.
    void settle(H2Client& client) {
        host.run();
        client.read();
    }

    TunnelUser told;
    berth_stream* tunnel = nullptr;
};

TEST_F(H2Upgrade, gives_the_stream_to_the_handler) {
    H2Client client = open_tunnel();
    EXPECT_EQ(client[1].status(), 200);
    EXPECT_EQ(client[1].field("x-note"), "yes");
    EXPECT_EQ(client[1].field("content-length"), "");
    EXPECT_EQ(client[1].field("upgrade"), "");
    EXPECT_FALSE(client[1].ended);
    told.on_data = [this] { write("<" + told.data + ">"); };
    client.send(h2::data(1, "ping", 0));
    EXPECT_EQ(client[1].body, "<ping>");
    EXPECT_EQ(handler.events, Events{"request /u"});
}

TEST_F(H2Upgrade, shows_handlers_a_request_without_a_body) {
    handler.on_request = [this](berth_http_req* request) {
        EXPECT_EQ(request->method, BERTH_M_CONNECT);
        EXPECT_EQ(sdk::view(request->protocol), "tunnel");
        EXPECT_EQ(sdk::view(request->path), "/u");
        EXPECT_EQ(request->has_body, 0);
        return upgrade(request);
    };
    open_tunnel();
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(H2Upgrade, refuses_what_is_none) {
    H2Client client = open_h2();
    handler.on_request = [this](berth_http_req* request) { return reply(request, "hi"); };
    client.send(h2::request(1, connect_to("tunnel"), 0));
    EXPECT_EQ(client[1].status(), 501);  // the handler answered a request that was none
    client.send(h2::request(3, {{":method", "CONNECT"}, {":authority", "a:1"}}, 0));
    EXPECT_EQ(client[3].status(), 405);
    h2::Fields fields = connect_to("tunnel");
    fields.pop_back();
    client.send(h2::request(5, fields, 0));
    EXPECT_TRUE(client[5].reset);
    client.send(h2::request(7, connect_to("no token"), 0));
    EXPECT_TRUE(client[7].reset);
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(H2Upgrade, keeps_bytes_until_they_are_taken) {
    H2Client client = open_tunnel();
    tunnel->ops->read_pause(tunnel, 1);
    client.send(h2::data(1, "abc", 0) + h2::data(1, "def"));
    EXPECT_EQ(told.data, "");
    told.take_max = 2;
    tunnel->ops->read_pause(tunnel, 0);
    settle(client);
    EXPECT_EQ(told.data, "ab");
    EXPECT_EQ(told.events, Events{});
    told.take_max = SIZE_MAX;
    tunnel->ops->read_pause(tunnel, 0);
    settle(client);
    EXPECT_EQ(told.data, "abcdef");
    EXPECT_EQ(told.events, Events{"end"});
}

// The window of a stream that nobody reads stays closed.
TEST_F(H2Upgrade, opens_the_window_for_what_was_taken) {
    H2Client client = open_tunnel();
    tunnel->ops->read_pause(tunnel, 1);
    for (int i = 0; i < 4; ++i) {
        client.send(h2::data(1, std::string(16'000, 'x'), 0));
    }
    const auto updates = [&] {
        return std::count_if(
            client.answers.frames.begin(), client.answers.frames.end(), [](const h2::Frame& f) {
                return f.type == h2::kWindowUpdate && f.stream == 1;
            });
    };
    EXPECT_EQ(updates(), 0);
    tunnel->ops->read_pause(tunnel, 0);
    settle(client);
    EXPECT_EQ(told.data.size(), 64'000u);
    EXPECT_GT(updates(), 0);
}

TEST_F(H2Upgrade, asks_to_stop_while_the_client_opens_no_window) {
    H2Client client = open_tunnel();
    EXPECT_EQ(write(std::string(60'000, 'x')), BERTH_OK);
    EXPECT_EQ(write(std::string(60'000, 'x')), BERTH_AGAIN);
    settle(client);
    EXPECT_EQ(client[1].body.size(), 65'535u);
    EXPECT_EQ(told.events, Events{});
    client.send(h2::window_update(1, 100'000) + h2::window_update(0, 100'000));
    EXPECT_EQ(client[1].body.size(), 120'000u);
    EXPECT_EQ(told.events, Events{"writable"});
}

TEST_F(H2Upgrade, ends_each_direction_alone) {
    H2Client client = open_tunnel();
    EXPECT_EQ(write("last", BERTH_W_FIN), BERTH_OK);
    EXPECT_EQ(write("more"), BERTH_E_STATE);
    settle(client);
    EXPECT_EQ(client[1].body, "last");
    EXPECT_TRUE(client[1].ended);
    EXPECT_FALSE(client[1].reset);
    client.send(h2::data(1, "still", 0));
    EXPECT_EQ(told.data, "still");
    client.send(h2::data(1, ""));
    EXPECT_EQ(told.events.front(), "end");
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(H2Upgrade, sends_what_is_queued_before_it_closes) {
    H2Client client = open_tunnel();
    write(std::string(70'000, 'x'));
    tunnel->ops->close(tunnel, BERTH_OK, 1);
    settle(client);
    EXPECT_EQ(told.events, Events{});
    client.send(h2::window_update(1, 100'000) + h2::window_update(0, 100'000));
    EXPECT_EQ(client[1].body.size(), 70'000u);
    EXPECT_TRUE(client[1].ended);
    EXPECT_EQ(told.events, Events{"close 0"});
    EXPECT_EQ(handler.events, (Events{"request /u", "destroy"}));
    client.send(h2::request(3, connect_to("tunnel"), 0));
    EXPECT_EQ(client[3].status(), 200);
}

// The connection stays, so that nothing can be lost by closing it: lingering or not is the same.
TEST_F(H2Upgrade, drops_what_comes_behind_its_close) {
    for (const int32_t linger : {0, 1}) {
        H2Client client = open_tunnel();
        told = TunnelUser();
        write("bye");
        tunnel->ops->close(tunnel, BERTH_OK, linger);
        settle(client);
        client.send(h2::data(1, std::string(16'000, 'x'), 0));
        EXPECT_EQ(client[1].body, "bye");
        EXPECT_TRUE(client[1].ended);
        EXPECT_TRUE(client[1].reset);
        EXPECT_EQ(client[1].error, h2::kNoError);
        EXPECT_EQ(told.data, "");
        client.send(h2::request(3, connect_to("tunnel"), 0));
        EXPECT_EQ(client[3].status(), 200);
    }
}

TEST_F(H2Upgrade, resets_what_is_cut) {
    H2Client client = open_tunnel();
    tunnel->ops->close(tunnel, BERTH_E_FAIL, 0);
    settle(client);
    EXPECT_TRUE(client[1].reset);
    EXPECT_EQ(told.events, Events{"close -1"});
}

TEST_F(H2Upgrade, ends_with_its_stream_and_with_its_connection) {
    open_tunnel().send(h2::rst_stream(1));
    EXPECT_EQ(told.events, Events{"close -5"});
    told.events.clear();
    open_tunnel().stream.reset();
    EXPECT_EQ(told.events.size(), 1u);
    EXPECT_EQ(handler.destroys, 2u);
    EXPECT_EQ(handler.aborts, 0u);
}

TEST_F(H2Upgrade, has_a_timeout_of_its_own) {
    H2Client client = open_tunnel();
    host.advance(59'000);
    client.send(h2::data(1, "x", 0));
    host.advance(59'999);
    EXPECT_EQ(told.events, Events{});
    host.advance(1);
    EXPECT_EQ(told.events, Events{"timeout"});
    tunnel->ops->timeout(tunnel, BERTH_TIMEOUT_DEADLINE, 10);
    client.send(h2::data(1, "x", 0));
    host.advance(10);
    EXPECT_EQ(told.events.size(), 2u);
    tunnel->ops->timeout(tunnel, BERTH_TIMEOUT_NONE, 0);
    host.advance(600'000);
    EXPECT_EQ(told.events.size(), 2u);
    EXPECT_FALSE(client[1].reset);
}

TEST_F(H2Upgrade, is_told_of_a_drain_and_outlives_it) {
    H2Client client = open_tunnel();
    client.stream.drain(host.now_ms + 60'000);
    EXPECT_EQ(told.events, Events{"drain"});
    host.advance(2'000);
    client.send(h2::data(1, "still", 0));
    EXPECT_EQ(told.data, "still");
    EXPECT_FALSE(client.stream.gone);
    tunnel->ops->close(tunnel, BERTH_OK, 1);
    settle(client);
    EXPECT_TRUE(client.stream.gone || client.stream.closing);
}

TEST_F(H2Upgrade, counts_as_get_for_routes) {
    configured_ = true;
    configure({{"h2c", true},
               {"routes",
                list({map({{"path", "/u"}, {"methods", list({"GET"})}, {"scripted", map({})}})})}});
    H2Client client = open_tunnel();
    EXPECT_EQ(client[1].status(), 200);
}

TEST_F(H2Upgrade, is_logged_with_what_was_sent) {
    configured_ = true;
    configure({{"h2c", true}, {"access_log", map({{"format", "common"}, {"to", "log"}})}});
    H2Client client = open_tunnel();
    write("12345");
    settle(client);
    client.send(h2::rst_stream(1));
    EXPECT_NE(host.logs["log"].find("\"CONNECT /u HTTP/2.0\" 200 5\n"), std::string::npos)
        << host.logs["log"];
}

}  // namespace
}  // namespace berth::http
