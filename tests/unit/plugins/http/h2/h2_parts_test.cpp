// The small parts of an HTTP/2 session: frames, header blocks, windows, budgets, queue, priorities.
#include "h2/h2_block.h"
#include "h2/h2_budget.h"
#include "h2/h2_frame_reader.h"
#include "h2/h2_streams.h"
#include "h2/h2_window.h"
#include "h2/priority.h"
#include "h2/segment_queue.h"
#include "support/h2_wire.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace berth::http {
namespace {

namespace h2 = testing::h2;

// All pieces of a client's bytes, which come `step` at a time.
std::vector<H2Piece> pieces_of(const std::string& bytes, size_t step) {
    H2FrameReader reader;
    std::vector<H2Piece> pieces;
    size_t begin = 0;
    for (size_t end = step; begin < bytes.size(); end += step) {
        std::string_view shown(bytes.data() + begin, std::min(end, bytes.size()) - begin);
        while (const auto piece = reader.next(shown)) {
            pieces.push_back(*piece);
        }
        begin = std::min(end, bytes.size()) - shown.size();
        if (end >= bytes.size() && !shown.empty()) {
            break;
        }
    }
    return pieces;
}

TEST(H2PartsFrame, has_a_stream_and_a_length_that_fit_its_type) {
    constexpr auto kNone = H2Error::kNone;
    constexpr auto kProtocol = H2Error::kProtocol;
    constexpr auto kFrameSize = H2Error::kFrameSize;
    const struct {
        H2Frame frame;  // length, type, flags, stream
        H2Error error;
    } cases[] = {
        {{0, H2Frame::kData, 0, 1}, kNone},
        {{16384, H2Frame::kData, 0, 1}, kNone},
        {{16385, H2Frame::kData, 0, 1}, kFrameSize},
        {{16385, H2Frame::kData, 0, 0}, kFrameSize},
        {{0, H2Frame::kData, 0, 0}, kProtocol},
        {{0, H2Frame::kHeaders, 0, 0}, kProtocol},
        {{5, H2Frame::kPriority, 0, 0}, kProtocol},
        {{4, H2Frame::kPriority, 0, 1}, kNone},  // an error of the stream
        {{4, H2Frame::kRstStream, 0, 1}, kNone},
        {{5, H2Frame::kRstStream, 0, 1}, kFrameSize},
        {{4, H2Frame::kRstStream, 0, 0}, kProtocol},
        {{0, H2Frame::kSettings, 0, 0}, kNone},
        {{12, H2Frame::kSettings, 0, 0}, kNone},
        {{7, H2Frame::kSettings, 0, 0}, kFrameSize},
        {{0, H2Frame::kSettings, H2Frame::kAck, 0}, kNone},
        {{6, H2Frame::kSettings, H2Frame::kAck, 0}, kFrameSize},
        {{6, H2Frame::kSettings, 0, 1}, kProtocol},
        {{0, H2Frame::kPushPromise, 0, 1}, kProtocol},
        {{8, H2Frame::kPing, 0, 0}, kNone},
        {{7, H2Frame::kPing, 0, 0}, kFrameSize},
        {{8, H2Frame::kPing, 0, 1}, kProtocol},
        {{8, H2Frame::kGoaway, 0, 0}, kNone},
        {{7, H2Frame::kGoaway, 0, 0}, kFrameSize},
        {{8, H2Frame::kGoaway, 0, 1}, kProtocol},
        {{4, H2Frame::kWindowUpdate, 0, 0}, kNone},
        {{4, H2Frame::kWindowUpdate, 0, 1}, kNone},
        {{3, H2Frame::kWindowUpdate, 0, 1}, kFrameSize},
        {{0, H2Frame::kContinuation, 0, 1}, kNone},
        {{0, H2Frame::kContinuation, 0, 0}, kProtocol},
        {{4, H2Frame::kPriorityUpdate, 0, 0}, kNone},
        {{3, H2Frame::kPriorityUpdate, 0, 0}, kFrameSize},
        {{4, H2Frame::kPriorityUpdate, 0, 1}, kProtocol},
        {{3, 200, 0, 0}, kNone},  // unknown ones may be anything
        {{3, 200, 0, 1}, kNone},
    };
    for (const auto& [frame, error] : cases) {
        EXPECT_EQ(error_of_form(frame), error)
            << int{frame.type} << " of " << frame.length << " on " << frame.stream;
    }
}

TEST(H2PartsFrameReader, finds_the_same_frames_however_they_are_cut) {
    const std::string padded = h2::data(3, std::string("\x02yy\0\0", 5), h2::kPadded);
    const std::string bytes =
        h2::request(1) + h2::window_update(0, 7) + h2::data(1, std::string(300, 'x')) + padded +
        h2::frame(8, 0, 3, "12345") + h2::ping() + h2::frame(200, 255, 0x7fffffff, {});
    for (size_t step = 1; step <= bytes.size(); step = step < 40 ? step + 1 : step * 2) {
        std::string data;
        std::vector<int> types;
        uint32_t padding = 0;
        for (const H2Piece& piece : pieces_of(bytes, step)) {
            data += piece.frame.type == H2Frame::kData ? piece.payload : std::string_view();
            padding += piece.padding;
            if (piece.last) {
                types.push_back(piece.frame.type);
            }
            EXPECT_FALSE(piece.wrong_padding);
        }
        EXPECT_EQ(types, (std::vector<int>{1, 8, 0, 0, 8, 6, 200})) << step;
        EXPECT_EQ(data, std::string(300, 'x') + "yy") << step;
        EXPECT_EQ(padding, 3u) << step;
    }
}

TEST(H2PartsFrameReader, takes_padding_and_priority_for_what_they_are) {
    const auto only = [](std::string_view bytes) { return H2FrameReader().next(bytes).value(); };
    const uint8_t padded = h2::kPadded, both = h2::kPadded | h2::kPriorityFlag;
    EXPECT_EQ(only(h2::headers(1,
                               std::string("\x01"
                                           "ab\0",
                                           4),
                               padded))
                  .payload,
              "ab");
    EXPECT_EQ(only(h2::headers(1,
                               std::string("\x01"
                                           "12345\0",
                                           7),
                               both))
                  .payload,
              "12345");
    EXPECT_TRUE(only(h2::headers(1,
                                 std::string("\x02"
                                             "12345\0",
                                             7),
                                 both))
                    .wrong_padding);
    EXPECT_TRUE(only(h2::headers(1, "1234", h2::kPriorityFlag)).wrong_padding);
    EXPECT_TRUE(only(h2::headers(1, "", padded)).wrong_padding);
    EXPECT_TRUE(only(h2::data(1, "", padded)).wrong_padding);
    EXPECT_TRUE(only(h2::data(1,
                              "\x02"
                              "a",
                              padded))
                    .wrong_padding);
    EXPECT_FALSE(only(h2::data(1, std::string(1, '\0'), padded)).wrong_padding);
}

TEST(H2PartsFrameReader, tells_of_a_frame_that_is_too_long_at_its_head) {
    const std::string head = h2::frame_of_length(16385, h2::kHeaders, 0, 1, "");
    std::string_view shown = head;
    const auto piece = H2FrameReader().next(shown);
    ASSERT_TRUE(piece);
    EXPECT_EQ(piece->frame.length, 16385u);
}

std::string block_of(const std::vector<std::pair<std::string, std::string>>& fields, bool shrink) {
    std::vector<char> room;
    H2Block block(room, shrink);
    block.add_status(200);
    for (const auto& [name, value] : fields) {
        const berth_header field{sdk::sv(name), sdk::sv(value)};
        EXPECT_TRUE(block.add(&field, 1));
    }
    return std::string(block.text());
}

TEST(H2PartsBlock, names_what_the_static_table_names) {
    EXPECT_EQ(block_of({}, false), "\x88");
    EXPECT_EQ(block_of({{"ETag", "\"1\""}}, false), "\x88\x0f\x13\x03\"1\"");
    EXPECT_EQ(block_of({{"X-Ab", "C"}}, false), std::string("\x88\0\4x-ab\1C", 9));
    EXPECT_EQ(block_of({}, true), "\x20\x88");
    EXPECT_EQ(block_of({{"Upgrade", "x"}}, false), "\x88");
}

// RFC 7541 5.1, and what nghttp2 makes of it.
TEST(H2PartsBlock, can_be_decoded) {
    const std::vector<std::string> names = {"age",
                                            "etag",
                                            "vary",
                                            "link",
                                            "allow",
                                            "expires",
                                            "refresh",
                                            "location",
                                            "set-cookie",
                                            "retry-after",
                                            "content-type",
                                            "accept-ranges",
                                            "cache-control",
                                            "content-range",
                                            "last-modified",
                                            "content-encoding",
                                            "content-language",
                                            "content-location",
                                            "www-authenticate",
                                            "content-disposition",
                                            "strict-transport-security",
                                            "access-control-allow-origin",
                                            "x",
                                            "content-typo"};
    h2::Answers client;
    std::vector<char> room;
    for (const size_t size : {0, 1, 126, 127, 128, 254, 255, 300, 16'000}) {
        H2Block block(room, false);
        block.add_status(404);
        block.add_length(size);
        for (const std::string& name : names) {
            const std::string value(size, 'v');
            const berth_header field{sdk::sv(name), sdk::sv(value)};
            ASSERT_TRUE(block.add(&field, 1));
        }
        std::string bytes = h2::headers(static_cast<uint32_t>(size * 2 + 1), block.text());
        client.read(bytes);
        h2::Answers::Stream& answer = client.streams[static_cast<uint32_t>(size * 2 + 1)];
        ASSERT_FALSE(client.broken);
        EXPECT_EQ(answer.status(), 404);
        EXPECT_EQ(answer.field("content-length"), std::to_string(size));
        for (const std::string& name : names) {
            EXPECT_EQ(answer.field(name), std::string(size, 'v')) << name;
        }
    }
}

TEST(H2PartsBlock, refuses_what_must_not_be_sent) {
    std::vector<char> room;
    H2Block block(room, false);
    for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
             {"Content-Length", "1"}, {"connection", "x"}, {"a b", "c"}, {"a", "b\nc"}, {"", ""}}) {
        const berth_header field{sdk::sv(name), sdk::sv(value)};
        EXPECT_FALSE(block.add(&field, 1)) << name;
    }
    EXPECT_EQ(block.text(), "");
}

TEST(H2PartsWindow, opens_and_closes) {
    H2SendWindow send(10);
    send.take(10);
    EXPECT_EQ(send.left(), 0u);
    EXPECT_TRUE(send.open(-20));
    EXPECT_TRUE(send.open(25));
    EXPECT_EQ(send.left(), 5u);
    EXPECT_TRUE(send.open(0x7fffffff - 5));
    EXPECT_FALSE(send.open(1));
    H2ReceiveWindow receive(100);
    EXPECT_TRUE(receive.take(60));
    EXPECT_FALSE(receive.take(41));
    EXPECT_EQ(receive.give_back(49), 0u);
    EXPECT_EQ(receive.give_back(2), 51u);
    EXPECT_TRUE(receive.take(91));
    EXPECT_FALSE(receive.take(1));
}

TEST(H2PartsStreams, knows_what_became_of_a_number) {
    H2Streams streams;
    using Fate = H2Streams::Fate;
    EXPECT_EQ(streams.fate_of(1), Fate::kIdle);
    streams.note_opened(3);
    streams.note_opened(9);
    EXPECT_EQ(streams.last(), 9u);
    EXPECT_EQ(streams.fate_of(1), Fate::kIdle);  // skipped
    EXPECT_EQ(streams.fate_of(3), Fate::kClosed);
    EXPECT_EQ(streams.fate_of(7), Fate::kIdle);
    EXPECT_EQ(streams.fate_of(9), Fate::kClosed);
    EXPECT_EQ(streams.fate_of(2), Fate::kIdle);
    EXPECT_EQ(streams.fate_of(11), Fate::kIdle);
    streams.note_given_up(3);
    EXPECT_EQ(streams.fate_of(3), Fate::kGivenUp);
    streams.note_opened(1'000'001);
    EXPECT_EQ(streams.fate_of(9), Fate::kClosed);
    EXPECT_EQ(streams.fate_of(999'999), Fate::kIdle);
}

TEST(H2PartsPriority, is_read_from_a_dictionary) {
    const auto priority = [](std::string_view field) {
        const Priority parsed = parse_priority(field);
        return std::pair<int, bool>(parsed.urgency, parsed.incremental);
    };
    using Pair = std::pair<int, bool>;
    EXPECT_EQ(priority(""), Pair(3, false));
    EXPECT_EQ(priority("u=0"), Pair(0, false));
    EXPECT_EQ(priority("u=7, i"), Pair(7, true));
    EXPECT_EQ(priority("i;x=1 , u=1;y"), Pair(1, true));
    EXPECT_EQ(priority("i=?1, i=?0"), Pair(3, false));
    EXPECT_EQ(priority("u=8, u=-1, u=11, j, u=\"2\""), Pair(3, false));
}

// Counts the references that are held to it.
struct CountedOwner : berth_owner {
    CountedOwner()
        : berth_owner{[](berth_owner* o) { ++static_cast<CountedOwner*>(o)->references; },
                      [](berth_owner* o) { --static_cast<CountedOwner*>(o)->references; }} {}

    int references = 1;

    berth_seg segment(std::string_view text) {
        berth_seg segment = sdk::permanent(text);
        segment.kind = BERTH_SEG_OWNED;
        segment.v.owner = this;
        return segment;
    }
};

std::string text_of(const berth_seg& segment) {
    return {static_cast<const char*>(segment.u.mem), segment.len};
}

TEST(H2PartsSegmentQueue, gives_back_what_it_got_in_any_pieces) {
    for (uint64_t piece = 1; piece < 30; ++piece) {
        CountedOwner owner;
        std::string copy = "copied ";
        SegmentQueue queue;
        const berth_seg segments[] = {
            sdk::permanent("lasting "), owner.segment("owned "), sdk::copied(copy)};
        ASSERT_TRUE(queue.append(segments));
        copy = "changed";
        std::string all;
        while (!queue.empty()) {
            const berth_seg taken = queue.take(piece);
            EXPECT_LE(taken.len, piece);
            all += text_of(taken);
            drop_segments({&taken, 1});
        }
        EXPECT_EQ(all, "lasting owned copied ");
        EXPECT_EQ(owner.references, 0) << piece;
    }
}

TEST(H2PartsSegmentQueue, lets_go_of_what_nobody_takes) {
    CountedOwner first, second;
    {
        SegmentQueue queue;
        const berth_seg segments[] = {first.segment("abc"), second.segment("def")};
        ASSERT_TRUE(queue.append(segments));
        const berth_seg piece = queue.take(1);
        drop_segments({&piece, 1});
        EXPECT_EQ(first.references, 1);
    }
    EXPECT_EQ(first.references, 0);
    EXPECT_EQ(second.references, 0);
}

TEST(H2PartsSegmentQueue, never_grows_while_it_flows) {
    SegmentQueue queue;
    const berth_seg segment = sdk::permanent("abc");
    ASSERT_TRUE(queue.append({&segment, 1}));
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(queue.append({&segment, 1}));
        EXPECT_EQ(text_of(queue.take(3)), "abc");
        EXPECT_EQ(queue.bytes(), 3u);
    }
}

TEST(H2PartsSegmentQueue, asks_only_the_files_of_a_frame_whether_they_hold) {
    CountedOwner owner;
    berth_file_ext files{};
    files.check = [](berth_file*, uint64_t end) -> berth_status {
        return end <= 10 ? BERTH_OK : BERTH_E_IO;
    };
    auto* const file = reinterpret_cast<berth_file*>(&owner);
    owner.references = 2;
    SegmentQueue queue;
    const berth_seg segments[] = {
        sdk::file_part(file, 2, 8), sdk::permanent("text"), sdk::file_part(file, 3, 8)};
    ASSERT_TRUE(queue.append(segments));
    EXPECT_TRUE(queue.check(files, 12));
    EXPECT_FALSE(queue.check(files, 13));
    queue.clear();
    ASSERT_TRUE(queue.append({segments + 1, 1}));
    EXPECT_TRUE(queue.check(files, 4));
    EXPECT_EQ(owner.references, 0);
}

}  // namespace
}  // namespace berth::http
