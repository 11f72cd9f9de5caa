// What RFC 9113 and RFC 7541 demand of a server, frame by frame, over TLS and cleartext, with bytes
// that come at once and one by one.
#include "h2_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace berth::http {
namespace {

using h2::data;
using h2::frame;
using h2::headers;
using h2::number;
using h2::request;

using Errors = std::vector<uint32_t>;

struct Case {
    std::string what;
    std::string bytes;  // behind the preface
    enum { kAlive, kAnswered, kStream, kConnection } outcome = kAlive;
    Errors errors;  // any of them; a connection may be ended where a stream would do
};

constexpr uint32_t kStreamId = 1;

// GET, POST and one that is never answered, of a client that says the rest in static entries.
const std::string kAuthority =
    "\x41\x01"
    "a";
const std::string kGet = "\x82\x86\x84" + kAuthority;
const std::string kPost = "\x83\x86\x84" + kAuthority;
const std::string kHeld = "\x82\x86" + h2::literal(":path", "/hold") + kAuthority;
const std::string kHeldPost = "\x83\x86" + h2::literal(":path", "/hold") + kAuthority;

const std::string kGood = headers(1, kGet);
const std::string kOpen = headers(1, kHeldPost, h2::kEndHeaders);
const std::string kHalfClosed = headers(1, kHeld);
const std::string kUnfinished = headers(1, kGet, h2::kEndStream);
const std::string kPriorityFields("\0\0\0\0\x10", 5);

Case alive(std::string what, std::string bytes) {
    return {std::move(what), std::move(bytes), Case::kAlive, {}};
}
Case answered(std::string what, std::string bytes) {
    return {std::move(what), std::move(bytes), Case::kAnswered, {}};
}
Case stream(std::string what, std::string bytes, Errors errors) {
    return {std::move(what), std::move(bytes), Case::kStream, std::move(errors)};
}
Case connection(std::string what, std::string bytes, Errors errors) {
    return {std::move(what), std::move(bytes), Case::kConnection, std::move(errors)};
}

class Http2 : public H2Fixture {
protected:
    Http2() {
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

    void run(const std::vector<Case>& cases) {
        for (const Case& c : cases) {
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

    static void judge(H2Client& client, const Case& c) {
        const bool over = client.error() >= 0;
        const auto is_one = [&](uint32_t error) {
            return std::find(c.errors.begin(), c.errors.end(), error) != c.errors.end();
        };
        if (c.outcome == Case::kConnection || (c.outcome == Case::kStream && over)) {
            ASSERT_TRUE(over) << "goes on";
            EXPECT_TRUE(is_one(static_cast<uint32_t>(client.error()))) << client.error();
            return;
        }
        ASSERT_FALSE(over) << client.error();
        if (c.outcome == Case::kStream) {
            ASSERT_TRUE(client[kStreamId].reset);
            EXPECT_TRUE(is_one(client[kStreamId].error)) << client[kStreamId].error;
        }
        if (c.outcome == Case::kAnswered) {
            EXPECT_EQ(client[kStreamId].status(), 200);
            EXPECT_EQ(client[kStreamId].body, "hello");
        }
        const uint32_t pings = client.answers.pings;
        client.send(h2::ping("are you?"));
        EXPECT_EQ(client.answers.pings, pings + 1) << "does not go on";
    }
};

// RFC 9113 3.4.
TEST_F(Http2, begins_with_a_preface) {
    for (const std::string& wrong : {std::string("INVALID CONNECTION PREFACE\r\n\r\n"),
                                     std::string("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
                                     h2::preface().substr(0, 24) + kGood}) {
        H2Client client(connect_as("s", "h2", 1));
        client.send(wrong);
        EXPECT_TRUE(client.stream.gone);
        EXPECT_EQ(client.error(), h2::kProtocolError);
        EXPECT_EQ(client.answers.frames.front().type, h2::kSettings);
    }
}

// RFC 9113 4.1 to 4.3.
TEST_F(Http2, keeps_to_the_format_of_frames) {
    run({
        alive("unknown type", frame(22, 0, 0, "12345678")),
        alive("undefined flags", frame(h2::kPing, 0x16, 0, "12345678")),
        alive("reserved bit", frame(h2::kPing, 0, 0x80000000, "12345678")),
        answered("largest DATA",
                 headers(1, kPost, h2::kEndHeaders) + data(1, std::string(16384, 'x'))),
        stream("too large DATA", kOpen + data(1, std::string(16385, 'x')), {h2::kFrameSizeError}),
        connection("too large HEADERS",
                   headers(1, kGet + std::string(16384, '\x84')),
                   {h2::kFrameSizeError}),
        connection("too large SETTINGS",
                   frame(h2::kSettings, 0, 0, std::string(16386, '\0')),
                   {h2::kFrameSizeError}),
        connection("header block that cannot be decoded",
                   headers(1, std::string(8, '\xff')),
                   {h2::kCompressionError}),
        connection("PRIORITY inside a header block",
                   kUnfinished + frame(h2::kPriority, 0, 1, kPriorityFields),
                   {h2::kProtocolError}),
        connection("another stream inside a header block",
                   kUnfinished + headers(3, kGet),
                   {h2::kProtocolError}),
        connection("unknown frame inside a header block",
                   kUnfinished + frame(22, 0, 1, "12345678"),
                   {h2::kProtocolError}),
    });
}

// RFC 9113 5.1.
TEST_F(Http2, knows_the_state_of_streams) {
    const Errors closed{h2::kStreamClosed};
    const Errors closed_or_protocol{h2::kStreamClosed, h2::kProtocolError};
    const std::string continuation = frame(h2::kContinuation, h2::kEndHeaders, 1, kGet);
    run({
        connection("idle: DATA", data(1, "x"), {h2::kProtocolError}),
        connection("idle: RST_STREAM", h2::rst_stream(1), {h2::kProtocolError}),
        connection("idle: WINDOW_UPDATE", h2::window_update(1, 100), {h2::kProtocolError}),
        connection("idle: CONTINUATION", continuation, {h2::kProtocolError}),
        alive("idle: PRIORITY", frame(h2::kPriority, 0, 1, kPriorityFields)),
        stream("half-closed: DATA", kHalfClosed + data(1, "x"), closed),
        stream("half-closed: HEADERS", kHalfClosed + headers(1, kGet), closed),
        stream("half-closed: CONTINUATION", kHalfClosed + continuation, closed_or_protocol),
        alive("half-closed: WINDOW_UPDATE", kHalfClosed + h2::window_update(1, 100)),
        alive("half-closed: PRIORITY", kHalfClosed + frame(h2::kPriority, 0, 1, kPriorityFields)),
        alive("half-closed: RST_STREAM", kHalfClosed + h2::rst_stream(1)),
        stream("reset: DATA", kOpen + h2::rst_stream(1) + data(1, "x"), closed),
        stream("reset: HEADERS", kOpen + h2::rst_stream(1) + headers(1, kGet), closed),
        connection(
            "reset: CONTINUATION", kOpen + h2::rst_stream(1) + continuation, closed_or_protocol),
        connection("closed: DATA", kGood + data(1, "x"), closed),
        connection("closed: HEADERS", kGood + headers(1, kGet), closed),
        connection("closed: CONTINUATION", kGood + continuation, closed_or_protocol),
        answered("closed: PRIORITY", kGood + frame(h2::kPriority, 0, 1, kPriorityFields)),
        answered("closed: WINDOW_UPDATE", kGood + h2::window_update(1, 1000)),
        alive("closed: RST_STREAM", kGood + h2::rst_stream(1)),
        connection("stream of a server", headers(2, kGet), {h2::kProtocolError}),
        connection("smaller stream", headers(5, kGet) + headers(3, kGet), {h2::kProtocolError}),
        stream("HEADERS that depend on themselves",
               headers(1,
                       std::string("\0\0\0\x01\xff", 5) + kGet,
                       h2::kEndStream | h2::kEndHeaders | h2::kPriorityFlag),
               {h2::kProtocolError}),
        stream("PRIORITY that depends on itself",
               frame(h2::kPriority, 0, 1, std::string("\0\0\0\x01\xff", 5)),
               {h2::kProtocolError}),
    });
}

// RFC 9113 6.1 to 6.4.
TEST_F(Http2, judges_data_headers_priorities_and_resets) {
    const std::string padded("\x03" + kGet + std::string(3, '\0'));
    run({
        connection("DATA of no stream", data(0, "x"), {h2::kProtocolError}),
        connection("DATA with more padding than payload",
                   kOpen + data(1,
                                "\x05"
                                "12",
                                h2::kPadded),
                   {h2::kProtocolError}),
        answered("DATA with padding",
                 headers(1, kPost, h2::kEndHeaders) + data(1,
                                                           std::string("\x02"
                                                                       "x\0\0",
                                                                       4),
                                                           h2::kPadded | h2::kEndStream)),
        connection("HEADERS of no stream", headers(0, kGet), {h2::kProtocolError}),
        connection("HEADERS with more padding than payload",
                   headers(1, "\xff" + kGet, h2::kEndStream | h2::kEndHeaders | h2::kPadded),
                   {h2::kProtocolError}),
        answered("HEADERS with padding",
                 headers(1, padded, h2::kEndStream | h2::kEndHeaders | h2::kPadded)),
        answered(
            "HEADERS with priority",
            headers(
                1, kPriorityFields + kGet, h2::kEndStream | h2::kEndHeaders | h2::kPriorityFlag)),
        connection("PRIORITY of no stream",
                   frame(h2::kPriority, 0, 0, kPriorityFields),
                   {h2::kProtocolError}),
        stream("PRIORITY of a wrong size",
               kOpen + frame(h2::kPriority, 0, 1, "1234"),
               {h2::kFrameSizeError}),
        connection("RST_STREAM of no stream", h2::rst_stream(0), {h2::kProtocolError}),
        connection("RST_STREAM of a wrong size",
                   kOpen + frame(h2::kRstStream, 0, 1, "123"),
                   {h2::kFrameSizeError}),
        alive("RST_STREAM with an unknown error", kOpen + h2::rst_stream(1, 0xff)),
    });
}

// RFC 9113 6.5, 6.7, 6.8.
TEST_F(Http2, judges_settings_pings_and_goaways) {
    const auto setting = [](uint16_t id, uint32_t value) { return h2::settings({{id, value}}); };
    run({
        connection("acknowledgement with a payload",
                   frame(h2::kSettings, h2::kAck, 0, std::string(6, '\0')),
                   {h2::kFrameSizeError}),
        connection("SETTINGS of a stream", frame(h2::kSettings, 0, 1, {}), {h2::kProtocolError}),
        connection(
            "SETTINGS of a wrong size", frame(h2::kSettings, 0, 0, "123"), {h2::kFrameSizeError}),
        connection("ENABLE_PUSH 2", setting(2, 2), {h2::kProtocolError}),
        connection("INITIAL_WINDOW_SIZE 2^31", setting(4, 0x80000000), {h2::kFlowControlError}),
        connection("MAX_FRAME_SIZE 16383", setting(5, 16383), {h2::kProtocolError}),
        connection("MAX_FRAME_SIZE 2^24", setting(5, 1 << 24), {h2::kProtocolError}),
        alive("unknown setting", setting(0xff, 1)),
        alive("PING", h2::ping()),
        connection("PING of a stream", frame(h2::kPing, 0, 1, "12345678"), {h2::kProtocolError}),
        connection("PING of a wrong size", frame(h2::kPing, 0, 0, "1234"), {h2::kFrameSizeError}),
        connection("GOAWAY of a stream",
                   frame(h2::kGoaway, 0, 1, std::string(8, '\0')),
                   {h2::kProtocolError}),
        connection("push by a client",
                   kOpen + frame(h2::kPushPromise, h2::kEndHeaders, 1, number(2, 4) + kGet),
                   {h2::kProtocolError}),
    });
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
    client.send(h2::preface() + headers(1, kHeld) + frame(h2::kGoaway, 0, 0, number(0, 8)));
    EXPECT_FALSE(client.stream.gone);
    reply(handler.last_request, "late");
    host.run();
    client.read();
    EXPECT_EQ(client[1].body, "late");
    EXPECT_TRUE(client.stream.gone);
}

// RFC 9113 6.9.
TEST_F(Http2, keeps_to_flow_control) {
    run({
        connection("increment 0", h2::window_update(0, 0), {h2::kProtocolError}),
        stream("increment 0 of a stream", kOpen + h2::window_update(1, 0), {h2::kProtocolError}),
        connection("WINDOW_UPDATE of a wrong size",
                   frame(h2::kWindowUpdate, 0, 0, "123"),
                   {h2::kFrameSizeError}),
        connection("a window beyond 2^31-1",
                   h2::window_update(0, 0x7fffffff) + h2::window_update(0, 0x7fffffff),
                   {h2::kFlowControlError}),
        stream("a stream's window beyond 2^31-1",
               kOpen + h2::window_update(1, 0x7fffffff),
               {h2::kFlowControlError}),
        connection("open windows beyond 2^31-1 by SETTINGS",
                   kOpen + h2::window_update(1, 0x7fff0000) + h2::settings({{4, 0x7fffffff}}),
                   {h2::kFlowControlError}),
        connection("more DATA than the window",
                   kOpen + data(1, std::string(16384, 'x'), 0) +
                       data(1, std::string(16384, 'x'), 0) + data(1, std::string(16384, 'x'), 0) +
                       data(1, std::string(16384, 'x'), 0) + data(1, std::string(16384, 'x'), 0),
                   {h2::kFlowControlError}),
    });
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

// RFC 9113 6.10.
TEST_F(Http2, puts_header_blocks_together) {
    const auto continuation = [](uint8_t flags, uint32_t id, const std::string& fragment) {
        return frame(h2::kContinuation, flags, id, fragment);
    };
    run({
        answered("in three frames",
                 headers(1, kGet.substr(0, 1), h2::kEndStream) +
                     continuation(0, 1, kGet.substr(1, 2)) +
                     continuation(h2::kEndHeaders, 1, kGet.substr(3))),
        connection("DATA in between",
                   kUnfinished + continuation(0, 1, "") + data(1, "x"),
                   {h2::kProtocolError}),
        connection("of no stream",
                   kUnfinished + continuation(h2::kEndHeaders, 0, ""),
                   {h2::kProtocolError}),
        connection("of another stream",
                   kUnfinished + continuation(h2::kEndHeaders, 3, ""),
                   {h2::kProtocolError}),
        connection("behind complete HEADERS",
                   headers(1, kHeld) + continuation(h2::kEndHeaders, 1, ""),
                   {h2::kProtocolError}),
        connection("behind a complete block",
                   kUnfinished + continuation(h2::kEndHeaders, 1, "") +
                       continuation(h2::kEndHeaders, 1, ""),
                   {h2::kProtocolError, h2::kStreamClosed}),
        connection("behind DATA",
                   kOpen + data(1, "x", 0) + continuation(h2::kEndHeaders, 1, kGet),
                   {h2::kProtocolError}),
    });
}

// RFC 9113 8.1 to 8.3; the fields themselves have a table of their own (H2Head).
TEST_F(Http2, takes_no_malformed_message) {
    const Errors protocol{h2::kProtocolError};
    const auto with = [](std::string_view name, std::string_view value) {
        return headers(1, kGet + h2::literal(name, value));
    };
    const auto lengthy = [](std::string_view length) {
        return headers(1, kHeldPost + h2::literal("content-length", length), h2::kEndHeaders);
    };
    run({
        stream(
            "second HEADERS that do not end", kOpen + headers(1, kGet, h2::kEndHeaders), protocol),
        stream("pseudo-header field in trailers",
               kOpen + headers(1, h2::literal(":method", "GET")),
               protocol),
        answered("trailers",
                 headers(1, kPost, h2::kEndHeaders) + data(1, "x", 0) +
                     headers(1, h2::literal("checksum", "1"))),
        stream("capitals", with("X-Test", "ok"), protocol),
        stream("unknown pseudo-header field", with(":test", "ok"), protocol),
        stream("pseudo-header field of an answer", with(":status", "200"), protocol),
        stream(
            "pseudo-header field after others", headers(1, h2::literal("x", "y") + kGet), protocol),
        stream("connection", with("connection", "keep-alive"), protocol),
        stream("te", with("te", "gzip"), protocol),
        answered("te: trailers", with("te", "trailers")),
        stream(
            "empty path", headers(1, "\x82\x86" + h2::literal(":path", "") + kAuthority), protocol),
        stream("no method", headers(1, "\x86\x84" + kAuthority), protocol),
        stream("no scheme", headers(1, "\x82\x84" + kAuthority), protocol),
        stream("no path", headers(1, "\x82\x86" + kAuthority), protocol),
        stream("method twice", headers(1, "\x82" + kGet), protocol),
        stream("scheme twice", headers(1, "\x86" + kGet), protocol),
        stream("path twice", headers(1, "\x84" + kGet), protocol),
        stream("more than the length", lengthy("1") + data(1, "test"), protocol),
        stream("less than the length", lengthy("5") + data(1, "te", 0) + data(1, "st"), protocol),
        stream("more than the length in pieces",
               lengthy("3") + data(1, "te", 0) + data(1, "st"),
               protocol),
        stream("a length and no body",
               headers(1, kGet + h2::literal("content-length", "1")),
               protocol),
        stream("trailers before the length is reached",
               lengthy("5") + headers(1, h2::literal("x", "y")),
               protocol),
    });
}

// RFC 7541.
TEST_F(Http2, takes_no_wrong_compression) {
    const Errors compression{h2::kCompressionError};
    const auto value = [](std::string_view huffman) {
        std::string field("\0\x01x", 3);
        field += static_cast<char>(0x80 | huffman.size());
        return headers(1, kGet + field.append(huffman));
    };
    run({
        connection("2.3.3: index behind the table", headers(1, kGet + "\xf1"), compression),
        connection("2.3.3: name behind the table",
                   headers(1, kGet + std::string("\x7f\x32\x01x", 4)),
                   compression),
        connection("4.2: size update behind a field", headers(1, kGet + "\x20"), compression),
        connection("5.2: more than 7 bits of padding", value("\xff\xff"), compression),
        connection(
            "5.2: padding that is not of EOS", value(std::string(1, '\x1c' & 0xf8)), compression),
        connection("5.2: EOS", value("\xff\xff\xff\xff"), compression),
        connection("6.1: index 0", headers(1, kGet + "\x80"), compression),
        connection(
            "6.3: size update beyond SETTINGS", headers(1, "\x3f\xe2\x1f" + kGet), compression),
        answered("6.3: size updates", headers(1, "\x20\x3f\xe1\x1f" + kGet)),
        connection("a number beyond all bounds",
                   headers(1, kGet + std::string("\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9)),
                   compression),
        connection("a text longer than its block",
                   headers(1, kGet + std::string("\0\x01x\x05y", 5)),
                   compression),
    });
}

}  // namespace
}  // namespace berth::http
