#include "h1/h1_parser.h"

#include "support/reference_http1.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth::http {
namespace {

using berth::testing::reference_head;
using berth::testing::ReferenceHead;

constexpr int kPartial = 0, kComplete = 200;

HeadLimits limits;

// kPartial, kComplete, or the status of the refusal.
int verdict(HeadResult result) {
    switch (result.state) {
        case HeadState::kPartial:
            return kPartial;
        case HeadState::kComplete:
            return kComplete;
        default:
            return result.status;
    }
}

int parse(std::string_view bytes, Head& head) {
    HeadProgress progress;
    return verdict(parse_head(bytes, limits, progress, head));
}

int parse(std::string_view bytes) {
    Head head;
    return parse(bytes, head);
}

// The verdict when the bytes come in pieces of that size.
int parse_in_pieces(const std::string& bytes, size_t piece, Head& head) {
    HeadProgress progress;
    int last = kPartial;
    for (size_t size = piece; last == kPartial && size < bytes.size() + piece; size += piece) {
        const std::string_view part(bytes.data(), std::min(size, bytes.size()));
        last = verdict(parse_head(part, limits, progress, head));
    }
    return last;
}

int reference_verdict(const ReferenceHead& head) {
    switch (head.outcome) {
        case ReferenceHead::Outcome::kPartial:
            return kPartial;
        case ReferenceHead::Outcome::kComplete:
            return kComplete;
        default:
            return head.status;
    }
}

const std::string kHost = "Host: a\r\n";

std::string with(const std::string& fields, const std::string& version = "HTTP/1.1") {
    return "POST /x " + version + "\r\n" + kHost + fields + "\r\n";
}

struct Case {
    std::string bytes;
    int verdict;
};

const std::string kNul(1, '\0');

// Numbers of the rows are those of the requirements that each line tests.
const std::vector<Case> kTable = {
    // P1: both framings.
    {with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), 400},
    // P2: transfer codings.
    {with("Transfer-Encoding: chunked\r\n"), kComplete},
    {with("Transfer-Encoding: CHUNKED\r\n"), kComplete},
    {with("Transfer-Encoding:\tchunked \t\r\n"), kComplete},
    {with("Transfer-Encoding: chunked\r\n", "HTTP/1.0"), 400},
    {with("Transfer-Encoding: identity\r\n"), 501},
    {with("Transfer-Encoding: gzip\r\n"), 501},
    {with("Transfer-Encoding: gzip, chunked\r\n"), 501},
    {with("Transfer-Encoding: xchunked\r\n"), 501},
    {with("Transfer-Encoding: \"chunked\"\r\n"), 501},
    {with("Transfer-Encoding: chunked;q=1\r\n"), 501},
    {with("Transfer-Encoding: chunked, gzip\r\n"), 400},
    {with("Transfer-Encoding: chunked, chunked\r\n"), 400},
    {with("Transfer-Encoding: chunked,\r\n"), 400},
    {with("Transfer-Encoding:\r\n"), 400},
    {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with("Transfer-Encoding : chunked\r\n"), 400},
    {with("Transfer-Encoding\t: chunked\r\n"), 400},
    {with("Transfer-Encoding: \x0b"
          "chunked\r\n"),
     400},
    {with("Transfer-Encoding: chun\r\n ked\r\n"), 400},
    {with("X: y\rTransfer-Encoding: chunked\r\n"), 400},
    {with("X: y\nTransfer-Encoding: chunked\r\n"), 400},
    // P3: fields and Content-Length.
    {with("Content-Length: 4\r\n"), kComplete},
    {with("Content-Length: 0\r\n"), kComplete},
    {with("Content-Length: 9999999999999999999\r\n"), kComplete},
    {with("Content-Length: 99999999999999999999\r\n"), 400},
    {with("Content-Length: 18446744073709551616\r\n"), 400},
    {with("Content-Length: +3\r\n"), 400},
    {with("Content-Length: -5\r\n"), 400},
    {with("Content-Length: abc\r\n"), 400},
    {with("Content-Length: 0x10\r\n"), 400},
    {with("Content-Length: 1_0\r\n"), 400},
    {with("Content-Length: 1 0\r\n"), 400},
    {with("Content-Length: 4, 4\r\n"), 400},
    {with("Content-Length:\r\n"), 400},
    {with("Content-Length: 4\r\nContent-Length: 4\r\n"), 400},
    {with("Content-Length: 4\r\nContent-Length: 5\r\n"), 400},
    {with("Content-Length : 4\r\n"), 400},
    {with(" Content-Length: 4\r\n"), 400},
    {with("X: a\r\n b\r\n"), 400},
    {with("X: a\r\n\tb\r\n"), 400},
    {with("no colon here\r\n"), 400},
    {with(": empty name\r\n"), 400},
    {with("X(y): a\r\n"), 400},
    {with("X\x80: a\r\n"), 400},
    {with("X: a" + kNul + "b\r\n"), 400},
    {with("X" + kNul + ": b\r\n"), 400},
    {with("X: a\x7f\r\n"), 400},
    {with("X: a\rb\r\n"), 400},
    {with("X:\r\n"), kComplete},
    {with("X: caf\xc3\xa9\r\n"), kComplete},
    {with("under_score: a\r\n"), kComplete},
    // P5: leading junk.
    {"\r\n" + with(""), kComplete},
    {"\r\n\r\n" + with(""), kComplete},
    {"\r\n\r\n\r\n" + with(""), 400},
    {"\n" + with(""), 400},
    {"\r" + with(""), 400},
    {" " + with(""), 400},
    {"\x01" + with(""), 400},
    {"\x16\x03\x01", 400},
    {kNul, 400},
    // P6: version and Host.
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\n\r\n", kComplete},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", kComplete},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", kComplete},
    {"GET /\r\n\r\n", 400},
    {"GET / \r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\n\r\n", 400},
    {"GET /  HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\n\r\n", 400},
    {"GET / http/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.2\r\n\r\n", 400},
    {"GET / HTTP/1.10\r\n\r\n", 400},
    {"GET / HTTP/01.1\r\n\r\n", 400},
    {"GET / HTTP/0.9\r\n\r\n", 505},
    {"GET / HTTP/2.0\r\n\r\n", 505},
    {"GET / HTTP/3.7\r\n\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET / HTTPS/1.1\r\n\r\n", 400},
    {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\t HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\nHost: a\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"AMETHODTHATISLONGERTHANANYSHOULDBE / HTTP/1.1\r\n\r\n", 501},
    // P8: sizes.
    {"GET /" + std::string(8170, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", kComplete},
    {"GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
    {"GET /" + std::string(8192, 'a'), 414},
    {"GET /" + std::string(8192, 'a') + "\n", 414},
    {with("X: " + std::string(32 * 1024, 'a') + "\r\n"), 431},
    {with("X: " + std::string(32 * 1024, 'a')), 431},
    {"GET / HTTP/1.1\r\nX: " + std::string(32 * 1024, 'a') + "\n", 431},
    // Expectations.
    {with("Expect: 100-continue\r\n"), kComplete},
    {with("Expect: 100-Continue\r\n"), kComplete},
    {with("Expect: tea\r\n"), 417},
    {with("Expect: tea\r\n", "HTTP/1.0"), kComplete},
    {"GET / HTTP/1.1\r\nHost: a\r\n", kPartial},
    {"", kPartial},
    {"\r\n", kPartial},
};

std::vector<Case> cases() {
    std::vector<Case> all = kTable;
    std::string fields;
    for (int i = 0; i < 99; ++i) {
        fields += "X: y\r\n";
    }
    all.push_back({with(fields), kComplete});
    all.push_back({with(fields + "X: y\r\n"), 431});
    return all;
}

TEST(H1Parser, judges_every_case_of_the_table) {
    for (const Case& c : cases()) {
        EXPECT_EQ(parse(c.bytes), c.verdict) << c.bytes.substr(0, 200);
    }
}

TEST(H1Parser, agrees_with_the_reference) {
    for (const Case& c : cases()) {
        EXPECT_EQ(reference_verdict(reference_head(c.bytes)), c.verdict) << c.bytes.substr(0, 200);
    }
}

TEST(H1Parser, gives_the_same_verdict_however_the_bytes_are_cut) {
    for (const Case& c : cases()) {
        for (const size_t piece : {1u, 2u, 3u, 7u, 61u}) {
            Head head;
            EXPECT_EQ(parse_in_pieces(c.bytes, piece, head), c.verdict)
                << piece << ' ' << c.bytes.substr(0, 200);
        }
    }
}

TEST(H1Parser, gives_the_same_head_however_the_bytes_are_cut) {
    const std::string bytes =
        "\r\nPOST /a?b HTTP/1.1\r\nHost: x.y:1\r\nX-A:  1 2\t\r\nContent-Length: 12\r\n"
        "Connection: close\r\nExpect: 100-continue\r\n\r\nrest";
    for (size_t piece = 1; piece <= bytes.size(); ++piece) {
        Head head;
        ASSERT_EQ(parse_in_pieces(bytes, piece, head), kComplete);
        EXPECT_EQ(head.method, "POST");
        EXPECT_EQ(head.target, "/a?b");
        EXPECT_EQ(head.version, 11);
        EXPECT_EQ(head.host, "x.y:1");
        EXPECT_EQ(head.start, 2u);
        EXPECT_EQ(head.end, bytes.size() - 4);
        EXPECT_EQ(head.body, BodyKind::kLength);
        EXPECT_EQ(head.content_length, 12u);
        EXPECT_FALSE(head.keep_alive);
        EXPECT_TRUE(head.expects_continue);
        ASSERT_EQ(head.fields.size(), 5u);
        EXPECT_EQ(head.fields[1].name, "X-A");
        EXPECT_EQ(head.fields[1].value, "1 2");
    }
}

TEST(H1Parser, forgets_the_request_before) {
    Head head;
    ASSERT_EQ(parse(with("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"), head),
              kComplete);
    ASSERT_EQ(parse("GET / HTTP/1.0\r\n\r\n", head), kComplete);
    EXPECT_EQ(head.body, BodyKind::kNone);
    EXPECT_FALSE(head.expects_continue);
    EXPECT_TRUE(head.fields.empty());
    EXPECT_EQ(head.host, "");
    EXPECT_FALSE(head.keep_alive);
}

TEST(H1Parser, looks_at_each_byte_of_a_trickle_once) {
    const std::string bytes = "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a');
    HeadProgress progress;
    Head head;
    for (size_t size = 1; size <= bytes.size(); ++size) {
        const HeadResult result = parse_head({bytes.data(), size}, limits, progress, head);
        ASSERT_EQ(result.state, HeadState::kPartial);
        ASSERT_EQ(progress.scanned, size);
    }
    EXPECT_EQ(progress.line, 16u);
}

TEST(H1Parser, keeps_to_other_limits) {
    const HeadLimits tight{10, 60, 1};
    Head head;
    const auto judge = [&](std::string_view bytes) {
        HeadProgress progress;
        return verdict(parse_head(bytes, tight, progress, head));
    };
    EXPECT_EQ(judge("GET / HTTP/1.0\r\n\r\n"), 414);
    const HeadLimits small{20, 60, 1};
    HeadProgress progress;
    EXPECT_EQ(verdict(parse_head("GET / HTTP/1.0\r\nA: b\r\nC: d\r\n\r\n", small, progress, head)),
              431);
}

}  // namespace
}  // namespace berth::http
