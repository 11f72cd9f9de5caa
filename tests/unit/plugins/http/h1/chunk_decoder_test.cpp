#include "h1/chunk_decoder.h"

#include "support/reference_http1.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace berth::http {
namespace {

using berth::testing::reference_chunks;
using berth::testing::ReferenceChunks;
using Step = ChunkDecoder::Step;

struct Decoded {
    Step step = Step::kMore;
    std::string data;
    size_t rest = 0;  // bytes behind the end
};

Decoded decode(const std::string& bytes, size_t piece) {
    ChunkDecoder decoder;
    Decoded result;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        std::string_view input = std::string_view(bytes).substr(at, piece);
        while ((result.step = decoder.next(input)) == Step::kData) {
            const auto size =
                static_cast<size_t>(std::min<uint64_t>(decoder.available(), input.size()));
            result.data.append(input.substr(0, size));
            input.remove_prefix(size);
            decoder.took(size);
        }
        if (result.step != Step::kMore) {
            result.rest = bytes.size() - at - std::min(piece, bytes.size() - at) + input.size();
            break;
        }
    }
    return result;
}

struct Case {
    std::string bytes;
    Step step;
    std::string data;
};

std::string repeat(const std::string& text, int n) {
    std::string all;
    for (int i = 0; i < n; ++i) {
        all += text;
    }
    return all;
}

std::vector<Case> cases() {
    const std::string nul(1, '\0');
    return {
        {"0\r\n\r\n", Step::kEnd, ""},
        {"5\r\nhello\r\n0\r\n\r\n", Step::kEnd, "hello"},
        {"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", Step::kEnd, "01234567890123456789"},
        {"0000000000000001\r\nx\r\n0\r\n\r\n", Step::kEnd, "x"},
        {"00000000000000001\r\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {"1;ext=val;\"q\"\r\nx\r\n0;last\r\n\r\n", Step::kEnd, "x"},
        {"1\r\nx\r\n0\r\nTrailer: v\r\nOther:\r\n\r\n", Step::kEnd, "x"},
        {"7fffffffffffffff\r\nabc", Step::kMore, "abc"},
        {"8000000000000000\r\nabc", Step::kRefused, ""},
        {"ffffffffffffffff\r\nabc", Step::kRefused, ""},
        {"\r\n", Step::kRefused, ""},
        {"+1\r\nx\r\n", Step::kRefused, ""},
        {"-1\r\nx\r\n", Step::kRefused, ""},
        {"0x1\r\nx\r\n", Step::kRefused, ""},
        {"1_0\r\n", Step::kRefused, ""},
        {" 1\r\nx\r\n", Step::kRefused, ""},
        {"1 \r\nx\r\n", Step::kRefused, ""},
        {"1 ;a\r\nx\r\n", Step::kRefused, ""},
        {"g\r\n", Step::kRefused, ""},
        // Line ends: TERM.EXT, EXT.TERM, TERM.SPILL and SPILL.TERM need a lenient one.
        {"1\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {"1\r\nx\n0\r\n\r\n", Step::kRefused, "x"},
        {"1\r\nxx\r\n0\r\n\r\n", Step::kRefused, "x"},
        {"1;a\nb\r\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {"1;a\rb\r\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {"1;a" + nul + "\r\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {"1\r\nx\r\n0\n\r\n", Step::kRefused, "x"},
        {"1\r\nx\r\n0\r\n\n", Step::kRefused, "x"},
        {"0\r\nbad trailer\r\n\r\n", Step::kRefused, ""},
        {"0\r\n: v\r\n\r\n", Step::kRefused, ""},
        {"0\r\n folded\r\n\r\n", Step::kRefused, ""},
        {"0\r\nA: b\nC: d\r\n\r\n", Step::kRefused, ""},
        {"0\r\nA: b\rC\r\n\r\n", Step::kRefused, ""},
        // Limits.
        {"1;" + std::string(256, 'e') + "\r\nx\r\n0\r\n\r\n", Step::kEnd, "x"},
        {"1;" + std::string(257, 'e') + "\r\nx\r\n0\r\n\r\n", Step::kRefused, ""},
        {repeat("1;" + std::string(256, 'e') + "\r\nx\r\n", 17), Step::kRefused, repeat("x", 16)},
        {"0\r\nA: " + std::string(8000, 'v') + "\r\n\r\n", Step::kEnd, ""},
        {"0\r\nA: " + std::string(9000, 'v') + "\r\n\r\n", Step::kRefused, ""},
        {"", Step::kMore, ""},
        {"5\r\nhel", Step::kMore, "hel"},
    };
}

TEST(ChunkDecoder, judges_every_case_of_the_table_however_it_is_cut) {
    for (const Case& c : cases()) {
        for (const size_t piece : {1u, 2u, 5u, 64u, 100'000u}) {
            const Decoded result = decode(c.bytes, piece);
            EXPECT_EQ(result.step, c.step) << piece << ' ' << c.bytes.substr(0, 80);
            EXPECT_EQ(result.data, c.data) << piece << ' ' << c.bytes.substr(0, 80);
        }
    }
}

TEST(ChunkDecoder, agrees_with_the_reference) {
    for (const Case& c : cases()) {
        const ReferenceChunks wanted = reference_chunks(c.bytes);
        EXPECT_EQ(wanted.outcome == ReferenceChunks::Outcome::kEnd, c.step == Step::kEnd)
            << c.bytes;
        EXPECT_EQ(wanted.outcome == ReferenceChunks::Outcome::kRefused, c.step == Step::kRefused)
            << c.bytes.substr(0, 80);
        EXPECT_EQ(wanted.data, c.data) << c.bytes.substr(0, 80);
    }
}

TEST(ChunkDecoder, leaves_what_follows_the_body) {
    EXPECT_EQ(decode("1\r\nx\r\n0\r\n\r\nGET /", 100).rest, 5u);
    EXPECT_EQ(decode("1\r\nx\r\n0\r\n\r\nGET /", 1).rest, 5u);
}

TEST(ChunkDecoder, refuses_a_body_that_is_mostly_framing) {
    EXPECT_EQ(decode(repeat("1\r\nx\r\n", 20'000), 100'000).step, Step::kRefused);
    EXPECT_EQ(decode(repeat("4\r\nwxyz\r\n", 20'000), 100'000).step, Step::kMore);
}

}  // namespace
}  // namespace berth::http
