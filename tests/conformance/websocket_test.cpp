// What RFC 6455 and RFC 7692 demand of a server, as bytes of a client and what must come back, by
// the sections of the Autobahn test suite. Each case runs with the bytes at once, one by one, and
// in sevens; the handler echoes.
#include "websocket_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {
namespace {

using ws::close;
using ws::frame;
using ws::ping;
using ws::text;

struct Case {
    const char* section;
    std::string bytes;
    std::string wanted;  // as ws::story() tells it
    bool ends = false;
    bool compression = false;
};

Case stays(const char* section, std::string bytes, std::string wanted) {
    return {section, std::move(bytes), std::move(wanted)};
}
Case fails(const char* section, std::string bytes, std::string wanted) {
    return {section, std::move(bytes), std::move(wanted), true};
}
Case compressed(const char* section, std::string bytes, std::string wanted, bool ends = false) {
    return {section, std::move(bytes), std::move(wanted), ends, true};
}

std::string times(size_t n, std::string_view what) {
    std::string all;
    for (size_t i = 0; i < n; ++i) {
        all += what;
    }
    return all;
}

constexpr uint8_t kText = 1, kBinary = 2, kMore = 0, kLast = 0x80, kPong = 0x8a;

std::vector<Case> framing_cases() {
    std::vector<Case> cases;
    for (const size_t size : {0, 1, 125, 126, 127, 128, 65535, 65536, 65537}) {
        const std::string star(size, '*'), fe(size, '\xfe');
        cases.push_back(stays("1.1 text", text(star), size == 0 ? "text" : "text " + star));
        cases.push_back(stays("1.2 binary", ws::binary(fe), size == 0 ? "binary" : "binary " + fe));
    }
    // RFC 6455 5.2: the minimal number of bytes must be used.
    cases.push_back(fails(
        "16 bits for 125", ws::frame_with_length(0x82, 2, std::string(125, '*')), "close 1002"));
    cases.push_back(fails(
        "64 bits for 126", ws::frame_with_length(0x82, 8, std::string(126, '*')), "close 1002"));
    return cases;
}

std::vector<Case> ping_cases() {
    const std::string largest(125, '\xfe');
    return {
        stays("2.1 empty", ping(), "pong"),
        stays("2.2 text", ping("Hello, world!"), "pong Hello, world!"),
        stays("2.3 binary", ping("\xff\xfe\xfd"), "pong \xff\xfe\xfd"),
        stays("2.4 125 bytes", ping(largest), "pong " + largest),
        fails("2.5 126 bytes", frame(0x89, std::string(126, '\xfe')), "close 1002"),
        stays("2.7 unsolicited pong", frame(kPong, ""), ""),
        stays("2.8 unsolicited pong with bytes", frame(kPong, "unsolicited"), ""),
        stays("2.9 pong, then ping", frame(kPong, "x") + ping("y"), "pong y"),
        stays("2.10 ten pings", times(10, ping("p")), times(9, "pong p; ") + "pong p"),
    };
}

std::vector<Case> reserved_bit_cases() {
    return {
        fails("3.1 RSV3", frame(0x91, "a"), "close 1002"),
        fails("3.2 RSV2 behind a message",
              text("a") + frame(0xa1, "b") + ping(),
              "text a; close 1002"),
        fails("3.3 RSV2 and 3", text("a") + frame(0xb1, "b"), "text a; close 1002"),
        fails("3.4 RSV1 without extension", text("a") + frame(0xc1, "b"), "text a; close 1002"),
        fails("3.5 RSV of binary", frame(0xd2, "\xff"), "close 1002"),
        fails("3.6 RSV of ping", frame(0xe9, "a"), "close 1002"),
        fails("3.7 RSV of close", frame(0xf8, ""), "close 1002"),
    };
}

std::vector<Case> opcode_cases() {
    std::vector<Case> cases;
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        const auto first = static_cast<uint8_t>(0x80 | opcode);
        cases.push_back(fails("4 alone", frame(first, ""), "close 1002"));
        cases.push_back(
            fails("4 with bytes", text("a") + frame(first, "b") + ping(), "text a; close 1002"));
    }
    return cases;
}

std::vector<Case> fragmentation_cases() {
    return {
        fails("5.1 ping in fragments", frame(0x09, "a") + frame(kLast, "b"), "close 1002"),
        fails("5.2 pong in fragments", frame(0x0a, "a") + frame(kLast, "b"), "close 1002"),
        stays("5.3 two",
              frame(kText, "fragment1") + frame(kLast, "fragment2"),
              "text fragment1fragment2"),
        stays("5.6 ping between",
              frame(kText, "a") + ping("p") + frame(kLast, "b"),
              "pong p; text ab"),
        fails("5.9 nothing to continue", frame(kLast, "a") + text("b"), "close 1002"),
        fails("5.12 nothing to continue, more", frame(kMore, "a") + text("b"), "close 1002"),
        fails("5.15 behind the end",
              frame(kText, "a") + frame(kLast, "b") + frame(kMore, "c") + text("d"),
              "text ab; close 1002"),
        fails("5.18 two at once", frame(kText, "a") + frame(0x81, "b"), "close 1002"),
        stays("5.19 pings between all",
              frame(kText, "1") + frame(kMore, "2") + ping("p1") + frame(kMore, "3") + ping("p2") +
                  frame(kLast, "5"),
              "pong p1; pong p2; text 1235"),
        stays("6.1 empty fragments",
              frame(kText, "") + frame(kMore, "") + frame(kLast, "") + text(""),
              "text; text"),
        stays("6.1.3 empty at both ends",
              frame(kText, "") + frame(kMore, "mid") + frame(kLast, ""),
              "text mid"),
        stays("binary in fragments",
              frame(kBinary, "\xff") + frame(kLast, "\xfe"),
              "binary \xff\xfe"),
    };
}

std::vector<Case> text_cases() {
    std::vector<Case> cases;
    for (const char* good :
         {"Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!",
          "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
          "\x7f",
          "\xdf\xbf",
          "\xef\xbf\xbf",
          "\xf4\x8f\xbf\xbf",
          "\xed\x9f\xbf",
          "\xee\x80\x80",
          "\xef\xbf\xbd",
          "\xef\xbf\xbe"}) {
        cases.push_back(stays("6 good", text(good), std::string("text ") + good));
        std::string pieces;
        const std::string whole(good);
        for (size_t i = 0; i < whole.size(); ++i) {
            pieces += frame(i == 0 ? kText : kMore, whole.substr(i, 1));
        }
        cases.push_back(stays("6.2 cut in characters", pieces + frame(kLast, ""), "text " + whole));
    }
    for (const char* bad : {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64",
                            "\xce\xba\xf4\x90\x80\x80",
                            "\xf8\x88\x80\x80\x80",
                            "\xfc\x84\x80\x80\x80\x80",
                            "\xf7\xbf\xbf\xbf",
                            "\x80",
                            "\xbf",
                            "\x80\xbf\x80",
                            "\xc0 \xc1 ",
                            "\xe0 ",
                            "\xc0",
                            "\xe0\x80",
                            "\xf0\x80\x80",
                            "\xdf",
                            "\xef\xbf",
                            "\xf7\xbf\xbf",
                            "\xfe",
                            "\xff",
                            "\xc0\xaf",
                            "\xe0\x80\xaf",
                            "\xf0\x80\x80\xaf",
                            "\xc1\xbf",
                            "\xe0\x9f\xbf",
                            "\xed\xa0\x80",
                            "\xed\xaf\xbf",
                            "\xed\xbf\xbf"}) {
        cases.push_back(fails("6 bad", text(bad), "close 1007"));
        cases.push_back(
            fails("6 bad, in fragments", frame(kText, bad) + frame(kLast, ""), "close 1007"));
    }
    cases.push_back(fails("6.4 fails at once", frame(kText, "\xf4\x90"), "close 1007"));
    return cases;
}

std::vector<Case> close_cases() {
    const std::string longest(123, 'r');
    std::vector<Case> cases{
        fails("7.1 close", close(1000), "close 1000"),
        fails("7.1.3 ping behind", close(1000) + ping(), "close 1000"),
        fails("7.1.4 text behind", close(1000) + text("a"), "close 1000"),
        fails("7.1.5 in a message",
              frame(kText, "a") + close(1000) + frame(kLast, "b"),
              "close 1000"),
        fails("7.3.1 empty", frame(0x88, ""), "close"),
        fails("7.3.2 one byte", frame(0x88, "a"), "close 1002"),
        fails("7.3.4 reason", close(1000, "Hello World!"), "close 1000"),
        fails("7.3.5 longest reason", close(1000, longest), "close 1000"),
        fails("7.3.6 longer", close(1000, longest + "r"), "close 1002"),
        fails("7.5.1 reason that is no text", close(1000, "\xce\xba\xed\xa0\x80"), "close 1007"),
    };
    for (const int good :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
        cases.push_back(
            fails("7.7", close(static_cast<uint16_t>(good)), "close " + std::to_string(good)));
    }
    for (const int bad : {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535}) {
        cases.push_back(fails("7.9 and 7.13", close(static_cast<uint16_t>(bad)), "close 1002"));
    }
    return cases;
}

std::vector<Case> limit_cases() {
    const std::string large(64 * 1024, 'x');
    return {
        stays("9.1 in fragments of 64 bytes",
              frame(kText, "") + times(1000, frame(kMore, std::string(64, 'x'))) + frame(kLast, ""),
              "text " + std::string(64'000, 'x')),
        stays("9.2 binary of 64 KiB", ws::binary(large), "binary " + large),
        fails("more than 1 MiB", std::string("\x82\xff\0\0\0\0\0\x10\0\1mask", 14), "close 1009"),
        fails("the highest bit", std::string("\x82\xff\x80\0\0\0\0\0\0\0mask", 14), "close 1002"),
        fails("too many frames", frame(kText, "") + times(1024, frame(kMore, "")), "close 1008"),
        fails("no mask",
              "\x81\x01"
              "a",
              "close 1002"),
    };
}

// RFC 7692 7.2.3: "Hello" in every way that a sender may choose.
std::vector<Case> compression_cases() {
    const std::string hello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
    return {
        compressed("12 hello", frame(0xc1, hello), "text Hello"),
        compressed("12 in fragments",
                   frame(0x41, hello.substr(0, 3)) + frame(kLast, hello.substr(3)),
                   "text Hello"),
        compressed("12 stored",
                   frame(0xc1, std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11)),
                   "text Hello"),
        compressed("12 last block",
                   frame(0xc1, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)),
                   "text Hello"),
        compressed("12 plain all the same", text("Hello"), "text Hello"),
        compressed("12 empty", frame(0xc1, std::string("\x00", 1)), "text"),
        compressed(
            "13 RSV1 of a continuation", frame(0x41, hello) + frame(0xc0, ""), "close 1002", true),
        compressed("13 RSV1 of a ping", frame(0xc9, hello), "close 1002", true),
        compressed("13 broken", frame(0xc1, "\xff\xff\xff"), "close 1007", true),
    };
}

class WebSocketConformance : public WebSocketFixture {
protected:
    void run(const std::vector<Case>& cases) {
        for (const Case& one : cases) {
            for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{7}}) {
                if (piece == SIZE_MAX || one.bytes.size() < 4096) {
                    run(one, piece);
                }
            }
        }
    }

    void run(const Case& one, size_t piece) {
        options.flags = one.compression ? uint32_t{BERTH_WS_COMPRESS} : 0;
        FakeStream& stream = open("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        if (piece == SIZE_MAX) {
            stream.receive(one.bytes);
        } else {
            stream.receive_in_pieces(one.bytes, piece);
        }
        EXPECT_EQ(heard(stream), one.wanted) << one.section << ", pieces of " << piece;
        EXPECT_EQ(stream.gone, one.ends) << one.section;
        if (!one.ends) {
            EXPECT_EQ(say(stream, close(1000)), "close 1000") << one.section;
        }
    }
};

TEST_F(WebSocketConformance, framing) {
    run(framing_cases());
}
TEST_F(WebSocketConformance, pings_and_pongs) {
    run(ping_cases());
}
TEST_F(WebSocketConformance, reserved_bits) {
    run(reserved_bit_cases());
}
TEST_F(WebSocketConformance, opcodes) {
    run(opcode_cases());
}
TEST_F(WebSocketConformance, fragmentation) {
    run(fragmentation_cases());
}
TEST_F(WebSocketConformance, utf8) {
    run(text_cases());
}
TEST_F(WebSocketConformance, closing) {
    run(close_cases());
}
TEST_F(WebSocketConformance, limits) {
    run(limit_cases());
}
TEST_F(WebSocketConformance, compression) {
    run(compression_cases());
}

}  // namespace
}  // namespace berth::websocket
