// The cases of http2_cases.h. Each is bytes behind a client's preface and first SETTINGS.
#include "http2_cases.h"

#include "support/h2_wire.h"

#include <utility>

namespace berth::testing {
namespace {

using h2::data;
using h2::frame;
using h2::headers;
using h2::number;

using Errors = std::vector<uint32_t>;
using Cases = std::vector<Http2Case>;

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

Http2Case alive(std::string what, std::string bytes) {
    return {std::move(what), std::move(bytes), Http2Outcome::kAlive, {}};
}
Http2Case answered(std::string what, std::string bytes) {
    return {std::move(what), std::move(bytes), Http2Outcome::kAnswered, {}};
}
Http2Case stream(std::string what, std::string bytes, Errors errors) {
    return {std::move(what), std::move(bytes), Http2Outcome::kStream, std::move(errors)};
}
Http2Case connection(std::string what, std::string bytes, Errors errors) {
    return {std::move(what), std::move(bytes), Http2Outcome::kConnection, std::move(errors)};
}

// What a client may do, in each of its forms: the group generic of h2spec.
Cases takes_what_is_right() {
    const auto priority = [](uint32_t id, const std::string& fields) {
        return frame(h2::kPriority, 0, id, fields);
    };
    const std::string exclusive("\x80\0\0\x01\x0f", 5), heaviest("\0\0\0\0\xff", 5);
    const std::string of_stream_1("\0\0\0\x01\x0f", 5), lightest("\0\0\0\0\0", 5);
    return {
        alive("a preface", {}),
        answered("GET", kGood),
        answered("POST", headers(1, kPost, h2::kEndHeaders) + data(1, "test")),
        answered(
            "DATA in several frames",
            headers(1, kPost, h2::kEndHeaders) + data(1, "te", 0) + data(1, "st", 0) + data(1, "")),
        answered("PRIORITY, weight 1", priority(1, lightest) + kGood),
        answered("PRIORITY, weight 256", priority(1, heaviest) + kGood),
        answered("PRIORITY that depends on a stream", priority(3, of_stream_1) + kGood),
        answered("exclusive PRIORITY", priority(3, exclusive) + kGood),
        answered("PRIORITY of an idle stream, then a lower stream", priority(5, lightest) + kGood),
        answered("SETTINGS", h2::settings({{3, 100}, {4, 65535}}) + kGood),
        answered("PING", h2::ping() + kGood),
        answered("WINDOW_UPDATE of the connection", h2::window_update(0, 1) + kGood),
        answered("WINDOW_UPDATE of a stream",
                 headers(1, kPost, h2::kEndHeaders) + h2::window_update(1, 1) + data(1, "x")),
        alive("GOAWAY of an unknown error while a stream is open",
              kHalfClosed + frame(h2::kGoaway, 0, 0, number(0, 4) + number(0xff, 4))),
    };
}

// RFC 7541 6: every representation of a field, its texts plain and in the code of Huffman.
Cases takes_every_representation() {
    const std::string plain = "\x04test", huffman("\x83\x49\x50\x9f", 4);
    const std::string bytes[] = {plain, huffman};
    Cases cases = {
        answered("indexed", headers(1, kGet)),
        answered("table of size 0", headers(1, "\x20" + kGet)),
        answered("two sizes of the table", headers(1, "\x20\x3e" + kGet)),
    };
    const std::string user_agent[] = {"\x7a", "\x0f\x2b", "\x1f\x2b"};  // 58 of the static table
    const std::string is_new[] = {"\x40", std::string(1, '\0'), "\x10"};
    const std::string how[] = {"with indexing", "without indexing", "never indexed"};
    for (size_t form = 0; form < 3; ++form) {
        for (size_t coded = 0; coded < 2; ++coded) {
            const std::string what = how[form] + (coded != 0 ? ", Huffman" : "");
            cases.push_back(answered(what + ", known name",
                                     headers(1, kGet + user_agent[form] + bytes[coded])));
            cases.push_back(
                answered(what + ", new name",
                         headers(1, kGet + is_new[form] + bytes[coded] + bytes[coded])));
        }
    }
    cases.push_back(answered("a field of the dynamic table",
                             headers(1, kGet + "\x40" + plain + plain + "\xbe\xbe")));
    return cases;
}

// RFC 9113 4.1 to 4.3.
Cases keeps_to_the_format_of_frames() {
    return {
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
    };
}

// RFC 9113 5.1.
Cases knows_the_state_of_streams() {
    const Errors closed{h2::kStreamClosed};
    const Errors closed_or_protocol{h2::kStreamClosed, h2::kProtocolError};
    const std::string continuation = frame(h2::kContinuation, h2::kEndHeaders, 1, kGet);
    return {
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
    };
}

// RFC 9113 6.1 to 6.4.
Cases judges_data_headers_priorities_and_resets() {
    const std::string padded("\x03" + kGet + std::string(3, '\0'));
    return {
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
    };
}

// RFC 9113 6.5, 6.7, 6.8.
Cases judges_settings_pings_and_goaways() {
    const auto setting = [](uint16_t id, uint32_t value) { return h2::settings({{id, value}}); };
    return {
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
    };
}

// RFC 9113 6.9.
Cases keeps_to_flow_control() {
    return {
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
    };
}

// RFC 9113 6.10.
Cases puts_header_blocks_together() {
    const auto continuation = [](uint8_t flags, uint32_t id, const std::string& fragment) {
        return frame(h2::kContinuation, flags, id, fragment);
    };
    return {
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
    };
}

// RFC 9113 8.1 to 8.3; the fields themselves have a table of their own (H2Head).
Cases takes_no_malformed_message() {
    const Errors protocol{h2::kProtocolError};
    const auto with = [](std::string_view name, std::string_view value) {
        return headers(1, kGet + h2::literal(name, value));
    };
    const auto lengthy = [](std::string_view length) {
        return headers(1, kHeldPost + h2::literal("content-length", length), h2::kEndHeaders);
    };
    return {
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
    };
}

// RFC 7541.
Cases takes_no_wrong_compression() {
    const Errors compression{h2::kCompressionError};
    const auto value = [](std::string_view huffman) {
        std::string field("\0\x01x", 3);
        field += static_cast<char>(0x80 | huffman.size());
        return headers(1, kGet + field.append(huffman));
    };
    return {
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
    };
}

}  // namespace

std::vector<Http2Group> http2_groups() {
    return {
        {"takes_what_is_right", takes_what_is_right()},
        {"takes_every_representation", takes_every_representation()},
        {"keeps_to_the_format_of_frames", keeps_to_the_format_of_frames()},
        {"knows_the_state_of_streams", knows_the_state_of_streams()},
        {"judges_data_headers_priorities_and_resets", judges_data_headers_priorities_and_resets()},
        {"judges_settings_pings_and_goaways", judges_settings_pings_and_goaways()},
        {"keeps_to_flow_control", keeps_to_flow_control()},
        {"puts_header_blocks_together", puts_header_blocks_together()},
        {"takes_no_malformed_message", takes_no_malformed_message()},
        {"takes_no_wrong_compression", takes_no_wrong_compression()},
    };
}

}  // namespace berth::testing
