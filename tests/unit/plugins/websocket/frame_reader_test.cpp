#include "frame_reader.h"

#include "support/ws_wire.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {
namespace {

namespace ws = testing::ws;

// The events of the bytes, told: "1 abc;" is a text message, "1 abc" one that is not at its end,
// "ping x", "refused".
std::string read(std::string_view bytes, bool compression = false, size_t piece = SIZE_MAX) {
    FrameReader reader(compression, 3);
    std::string told;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        const std::string_view part = bytes.substr(at, piece);
        std::span input(reinterpret_cast<const uint8_t*>(part.data()), part.size());
        while (!input.empty()) {
            const FrameReader::Event event = reader.next(input);
            std::string text(event.bytes.size(), '\0');
            unmask(event.bytes.data(),
                   text.size(),
                   event.mask,
                   reinterpret_cast<uint8_t*>(text.data()));
            switch (event.kind) {
                case FrameReader::Kind::kMore:
                    break;
                case FrameReader::Kind::kPiece:
                    told += (event.first ? std::to_string(event.opcode) + " " : "") +
                            (event.first && event.compressed ? "compressed " : "") + text +
                            (event.last ? ";" : "");
                    break;
                case FrameReader::Kind::kControl:
                    told += "<" + std::to_string(event.opcode) + " " + text + ">";
                    break;
                case FrameReader::Kind::kRefused:
                    return told + "refused";
                case FrameReader::Kind::kTooMany:
                    return told + "too many";
            }
        }
    }
    return told;
}

TEST(FrameReader, tells_messages_and_control_frames) {
    EXPECT_EQ(read(ws::text("Hello") + ws::binary("") + ws::ping("x")), "1 Hello;2 ;<9 x>");
    EXPECT_EQ(read(ws::frame(1, "He") + ws::ping() + ws::frame(0, "l") + ws::frame(0x80, "lo")),
              "1 He<9 >llo;");
}

TEST(FrameReader, tells_the_same_byte_by_byte) {
    const std::string bytes = ws::text(std::string(300, 'x')) + ws::close(1000, "bye") +
                              ws::frame(2, "a") + ws::frame(0x80, "");
    EXPECT_EQ(read(bytes, false, 1), read(bytes));
    EXPECT_EQ(read(bytes, false, 3), read(bytes));
}

TEST(FrameReader, reads_every_form_of_length) {
    for (const size_t size : {0, 1, 125, 126, 65535, 65536, 70000}) {
        const std::string payload(size, 'p');
        EXPECT_EQ(read(ws::binary(payload)), "2 " + payload + ";") << size;
    }
}

TEST(FrameReader, refuses_what_breaks_a_rule_of_frames) {
    const std::vector<std::pair<const char*, std::string>> cases{
        {"no mask",
         std::string("\x81\x01"
                     "a")},
        {"RSV1 without an extension", ws::frame(0xc1, "a")},
        {"RSV2", ws::frame(0xa1, "a")},
        {"RSV3", ws::frame(0x91, "a")},
        {"reserved opcode 3", ws::frame(0x83, "a")},
        {"reserved opcode 7", ws::frame(0x87, "a")},
        {"reserved opcode 11", ws::frame(0x8b, "a")},
        {"reserved opcode 15", ws::frame(0x8f, "a")},
        {"a fragmented ping", ws::frame(0x09, "a")},
        {"a fragmented close", ws::frame(0x08, "")},
        {"a ping of 126 bytes", ws::frame(0x89, std::string(126, 'a'))},
        {"16 bits for 125", ws::frame_with_length(0x82, 2, std::string(125, 'a'))},
        {"64 bits for 65535", ws::frame_with_length(0x82, 8, std::string(65535, 'a'))},
        {"the highest bit of a length", std::string("\x82\xff\x80\0\0\0\0\0\0\0aaaa", 14)},
        {"nothing to continue", ws::frame(0x80, "a")},
        {"nothing to continue, not final", ws::frame(0x00, "a")},
    };
    for (const auto& [what, bytes] : cases) {
        EXPECT_EQ(read(bytes), "refused") << what;
        EXPECT_EQ(read(bytes, false, 1), "refused") << what;
    }
    EXPECT_EQ(read(ws::frame(1, "a") + ws::text("b")), "1 arefused") << "two messages at once";
}

TEST(FrameReader, knows_where_a_message_may_say_that_it_is_compressed) {
    EXPECT_EQ(read(ws::frame(0x41, "a") + ws::frame(0x80, "b") + ws::text("c"), true),
              "1 compressed ab;1 c;");
    EXPECT_EQ(read(ws::frame(0x41, "a") + ws::frame(0xc0, "b"), true), "1 compressed arefused");
    EXPECT_EQ(read(ws::frame(0xc9, "a"), true), "refused");
}

TEST(FrameReader, counts_the_frames_of_each_message) {
    const std::string three = ws::frame(1, "a") + ws::frame(0, "") + ws::frame(0x80, "c");
    EXPECT_EQ(read(three + three), "1 ac;1 ac;");
    EXPECT_EQ(read(ws::frame(1, "a") + ws::frame(0, "") + ws::frame(0, "") + ws::frame(0, "")),
              "1 atoo many");
}

}  // namespace
}  // namespace berth::websocket
