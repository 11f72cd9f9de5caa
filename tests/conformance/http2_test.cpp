// What RFC 9113 and RFC 7541 demand of a server, frame by frame, over TLS and cleartext, with bytes
// that come at once and one by one.
#include "h2/h2_fixture.h"
#include "http2_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace berth::http {
namespace {

using h2::frame;
using h2::headers;
using h2::number;

using testing::Http2Case;
using testing::Http2Outcome;

constexpr uint32_t kStreamId = 1;

const std::string kAuthority =
    "\x41\x01"
    "a";
const std::string kGet = "\x82\x86\x84" + kAuthority;

class Http2Fixture : public H2Fixture {
protected:
    Http2Fixture() {
        handler.on_request = [this](berth_http_req* r) {
            if (sdk::view(r->path) != "/hold") {
                return reply(r, "hello");
            }
            http->body_pause(r, 1);
            return berth_status{BERTH_OK};
        };
        const auto site = map({{"site", "s"},
                               {"h2c", true},
                               {"listen", list({listen(0), listen(1, true)})},
                               {"redirect_to_https", false},
                               {"scripted", map({})}});
        configure_sites(list({site}));
        configured_ = true;
    }

    void run(const std::vector<Http2Case>& cases) {
        for (const Http2Case& c : cases) {
            for (const bool tls : {false, true}) {
                for (const bool piecemeal : {false, true}) {
                    SCOPED_TRACE(c.what + (tls ? ", TLS" : "") + (piecemeal ? ", piecemeal" : ""));
                    H2Client client(tls ? connect_as("s", "h2", 1) : connect());
                    client.send(h2::preface());
                    send(client, c.bytes, piecemeal);
                    judge(client, c);
                    client.stream.reset();
                }
            }
        }
        EXPECT_EQ(handler.requests, handler.destroys);
    }

    static void send(H2Client& client, const std::string& bytes, bool piecemeal) {
        if (!piecemeal) {
            client.send(bytes);
            return;
        }
        for (const char c : bytes) {
            client.send({&c, 1});
        }
    }

    static void judge(H2Client& client, const Http2Case& c) {
        const bool over = client.error() >= 0;
        const auto is_one = [&](uint32_t error) {
            return std::find(c.errors.begin(), c.errors.end(), error) != c.errors.end();
        };
        if (c.outcome == Http2Outcome::kConnection ||
            (c.outcome == Http2Outcome::kStream && over)) {
            ASSERT_TRUE(over) << "goes on";
            EXPECT_TRUE(is_one(static_cast<uint32_t>(client.error()))) << client.error();
            return;
        }
        ASSERT_FALSE(over) << client.error();
        if (c.outcome == Http2Outcome::kStream) {
            ASSERT_TRUE(client[kStreamId].reset);
            EXPECT_TRUE(is_one(client[kStreamId].error)) << client[kStreamId].error;
        }
        if (c.outcome == Http2Outcome::kAnswered) {
            EXPECT_EQ(client[kStreamId].status(), 200);
            EXPECT_EQ(client[kStreamId].body, "hello");
        }
        const uint32_t pings = client.answers.pings;
        client.send(h2::ping("are you?"));
        EXPECT_EQ(client.answers.pings, pings + 1) << "does not go on";
    }
};

class Http2 : public Http2Fixture {};

class Http2Table : public Http2Fixture,
                   public ::testing::WithParamInterface<testing::Http2Group> {};

TEST_P(Http2Table, holds) {
    run(GetParam().cases);
}
INSTANTIATE_TEST_SUITE_P(Http2,
                         Http2Table,
                         ::testing::ValuesIn(testing::http2_groups()),
                         [](const auto& group) { return group.param.name; });

// RFC 9113 3.4.
TEST_F(Http2, begins_with_a_preface) {
    for (const std::string& wrong : {std::string("INVALID CONNECTION PREFACE\r\n\r\n"),
                                     std::string("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
                                     h2::preface().substr(0, 24) + headers(1, kGet)}) {
        H2Client client(connect_as("s", "h2", 1));
        client.send(wrong);
        EXPECT_TRUE(client.stream.gone);
        EXPECT_EQ(client.error(), h2::kProtocolError);
        EXPECT_EQ(client.answers.frames.front().type, h2::kSettings);
    }
}

TEST_F(Http2, acknowledges_settings_and_pings_but_no_acknowledgements) {
    H2Client client(connect());
    client.send(h2::preface() + h2::settings({{4, 100}, {4, 1}}) + h2::settings_ack());
    EXPECT_EQ(client.answers.settings_acks, 2u);
    client.send(frame(h2::kPing, h2::kAck, 0, "12345678"));
    EXPECT_EQ(client.answers.pings, 0u);
    client.send(headers(1, kGet));
    EXPECT_EQ(client[1].body, "h");  // the last value counts
    client.send(h2::ping("12345678"));
    EXPECT_EQ(client.answers.frames.back().payload, "12345678");
}

TEST_F(Http2, serves_what_was_asked_before_a_goaway) {
    H2Client client(connect());
    client.send(h2::preface() +
                headers(1, "\x82\x86" + h2::literal(":path", "/hold") + kAuthority) +
                frame(h2::kGoaway, 0, 0, number(0, 8)));
    EXPECT_FALSE(client.stream.gone);
    reply(handler.last_request, "late");
    host.run();
    client.read();
    EXPECT_EQ(client[1].body, "late");
    EXPECT_TRUE(client.stream.gone);
}

TEST_F(Http2, lets_windows_be_negative) {
    H2Client client(connect());
    client.send(h2::preface({{4, 3}}) + headers(1, kGet));
    EXPECT_EQ(client[1].body, "hel");
    client.send(h2::settings({{4, 2}}) + h2::window_update(1, 1));
    EXPECT_EQ(client[1].body, "hel");
    client.send(h2::window_update(1, 1));
    EXPECT_EQ(client[1].body, "hell");
    client.send(h2::settings({{4, 3}}));
    EXPECT_EQ(client[1].body, "hello");
}

}  // namespace
}  // namespace berth::http
