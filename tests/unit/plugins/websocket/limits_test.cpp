#include "websocket_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::websocket {
namespace {

class Limits : public WebSocketFixture {
protected:
    uint64_t hits(const std::string& limit) const {
        return host.counter("berth_limit_hits_total{limit=\"" + limit + "\"}");
    }
};

TEST_F(Limits, refuse_a_message_that_is_too_long_at_its_head) {
    options.message_max = 100;
    FakeStream& stream = open();
    EXPECT_EQ(say(stream, ws::text(std::string(100, 'x'))), "text " + std::string(100, 'x'));
    EXPECT_EQ(say(stream, ws::text(std::string(101, 'x')).substr(0, 6)), "close 1009");
    EXPECT_EQ(hits("websocket_message"), 1u);
}

TEST_F(Limits, count_all_fragments_of_a_message) {
    options.message_max = 100;
    FakeStream& stream = open();
    EXPECT_EQ(
        say(stream, ws::frame(2, std::string(60, 'x')) + ws::frame(0x80, std::string(41, 'x'))),
        "close 1009");
}

TEST_F(Limits, allow_a_mebibyte_unless_told_otherwise) {
    FakeStream& stream = open();
    stream.receive_in_pieces(ws::binary(std::string(1024 * 1024, 'x')), 65'536);
    EXPECT_EQ(heard(stream).size(), sizeof("binary ") - 1 + 1024 * 1024);
    EXPECT_EQ(say(stream, std::string("\x82\xff\0\0\0\0\0\x10\0\1xxxx", 14)), "close 1009");
}

// The length alone must not make us reserve memory, nor overflow anything.
TEST_F(Limits, refuse_the_longest_length_there_is) {
    FakeStream& stream = open();
    stream.receive(ws::frame(2, "begun"));
    EXPECT_EQ(say(stream, std::string("\x80\xff\x7f\xff\xff\xff\xff\xff\xff\xffxxxx", 14)),
              "close 1009");
}

TEST_F(Limits, allow_1024_frames_in_a_message) {
    FakeStream& stream = open();
    std::string most = ws::frame(1, "a");
    for (int i = 0; i < 1022; ++i) {
        most += ws::frame(0, "");
    }
    EXPECT_EQ(say(stream, most + ws::frame(0x80, "b")), "text ab");
    EXPECT_EQ(say(stream, most + ws::frame(0, "") + ws::frame(0x80, "b")), "close 1008");
    EXPECT_EQ(hits("websocket_frames"), 1u);
}

TEST_F(Limits, allow_50_control_frames_a_second) {
    FakeStream& stream = open();
    std::string pings;
    for (int i = 0; i < 100; ++i) {
        pings += ws::ping();
    }
    stream.receive(pings);
    host.advance(1000);
    stream.receive(pings.substr(0, pings.size() / 2));
    EXPECT_FALSE(stream.gone);
    const std::string told = say(stream, ws::ping());
    EXPECT_EQ(told.substr(told.size() - 10), "close 1008");
    EXPECT_EQ(hits("websocket_control_frames"), 1u);
}

}  // namespace
}  // namespace berth::websocket
