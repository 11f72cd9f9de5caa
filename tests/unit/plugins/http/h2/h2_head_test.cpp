#include "h2/h2_head.h"

#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace berth::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Verdict = H2Head::Verdict;

class H2HeadTest : public HttpFixture {
protected:
    H2HeadTest() : arena(host.table().arena_open(&host.table())) {}
    ~H2HeadTest() override { host.table().arena_close(arena); }

    Verdict judge(const Fields& fields, bool ends = true) {
        head.begin(host.table(), arena, limits);
        for (const auto& [name, value] : fields) {
            head.add(name, value);
        }
        return head.finish(ends);
    }
    // A good request, with more or other fields.
    static Fields with(Fields more, std::string_view without = {}) {
        Fields fields;
        for (auto& field : Fields{
                 {":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a"}}) {
            if (field.first != without) {
                fields.push_back(field);
            }
        }
        fields.insert(fields.end(), more.begin(), more.end());
        return fields;
    }

    void expect_malformed(const std::vector<Fields>& requests) {
        for (size_t i = 0; i < requests.size(); ++i) {
            EXPECT_EQ(judge(requests[i]), Verdict::kMalformed) << i;
        }
    }

    berth_arena* arena;
    HeadLimits limits;
    H2Head head;
};

TEST_F(H2HeadTest, takes_what_is_in_order) {
    const std::vector<Fields> good = {
        with({}),
        with({{"host", "a"}}),
        with({{"host", "A"}}),
        with({{"host", "a:80"}}, ":authority"),
        with({{"te", "trailers"}, {"x", ""}, {"x", "\x80 \t!"}}),
        with({{":path", "/?q"}}, ":path"),
        {{":method", "OPTIONS"}, {":scheme", "http"}, {":path", "*"}, {":authority", "a"}},
        {{":method", "CONNECT"}, {":authority", "a:443"}},
        with({{"content-length", "0"}}),
    };
    for (const Fields& fields : good) {
        EXPECT_EQ(judge(fields), Verdict::kGood) << fields.back().first << fields.back().second;
    }
}

// H7 of the required behaviour: what would be smuggled to a backend that speaks HTTP/1.
TEST_F(H2HeadTest, refuses_unclear_targets_and_hosts) {
    const std::vector<Fields> bad = {
        {},
        // Pseudo-header fields: missing, twice, late, unknown, empty, of an answer.
        with({}, ":method"),
        with({}, ":scheme"),
        with({}, ":path"),
        with({}, ":authority"),
        with({{":method", "GET"}}),
        with({{":path", "/"}}),
        with({{":scheme", "https"}}),
        with({{":authority", "a"}}),
        with({{"x", "y"}, {":path", "/"}}, ":path"),
        with({{":status", "200"}}),
        with({{":unknown", "x"}}),
        with({{":", "x"}}),
        with({{":method", ""}}, ":method"),
        with({{":path", ""}}, ":path"),
        with({{":authority", ""}}, ":authority"),
        with({{":protocol", "websocket"}}),
        // Targets.
        with({{":method", "G T"}}, ":method"),
        with({{":path", "a"}}, ":path"),
        with({{":path", "*"}}, ":path"),
        with({{":path", "http://a/"}}, ":path"),
        with({{":path", "/a b"}}, ":path"),
        with({{":path", "/a#b"}}, ":path"),
        with({{":path", "/\x80"}}, ":path"),
        with({{":scheme", "ftp"}}, ":scheme"),
        {{":method", "CONNECT"}, {":authority", "a:443"}, {":path", "/"}},
        {{":method", "CONNECT"}, {":authority", "a:443"}, {":scheme", "https"}},
        {{":method", "CONNECT"}},
        // Hosts.
        with({{":authority", "user@a"}}, ":authority"),
        with({{":authority", "a/b"}}, ":authority"),
        with({{"host", "b"}}),
        with({{"host", "a"}, {"host", "a"}}),
    };
    expect_malformed(bad);
}

TEST_F(H2HeadTest, refuses_fields_that_http1_would_read_otherwise) {
    const std::vector<Fields> bad = {
        // Fields of the connection.
        with({{"connection", "close"}}),
        with({{"keep-alive", "1"}}),
        with({{"proxy-connection", "close"}}),
        with({{"transfer-encoding", "chunked"}}),
        with({{"upgrade", "h2c"}}),
        with({{"te", "gzip"}}),
        with({{"te", "trailers, gzip"}}),
        // Names and values.
        with({{"", "x"}}),
        with({{"Upper", "x"}}),
        with({{"a b", "x"}}),
        with({{"a:b", "x"}}),
        with({{"a\r", "x"}}),
        with({{"a\n", "x"}}),
        with({{std::string("a\0", 2), "x"}}),
        with({{"\xc3\xa9", "x"}}),
        with({{"x", "a\r\nb: c"}}),
        with({{"x", "a\nb"}}),
        with({{"x", "a\rb"}}),
        with({{"x", std::string("a\0b", 3)}}),
        with({{"x", " a"}}),
        with({{"x", "a "}}),
        with({{"x", "\ta"}}),
        with({{"x", "a\t"}}),
        with({{":path", "/ "}}, ":path"),
        // Lengths.
        with({{"content-length", "1"}}),  // and no body
        with({{"content-length", "-1"}}),
        with({{"content-length", "+1"}}),
        with({{"content-length", "1,1"}}),
        with({{"content-length", ""}}),
        with({{"content-length", "0x1"}}),
        with({{"content-length", "99999999999999999999"}}),
        with({{"content-length", "0"}, {"content-length", "0"}}),
        with({{"expect", "100-continue"}, {"expect", "100-continue"}}),
    };
    expect_malformed(bad);
}

TEST_F(H2HeadTest, puts_the_host_first_and_joins_cookies) {
    ASSERT_EQ(judge(with({{"a", "1"}, {"cookie", "x=1"}, {"b", "2"}, {"cookie", "y"}})),
              Verdict::kGood);
    Fields seen;
    for (const berth_header& field : head.fields()) {
        seen.emplace_back(sdk::view(field.name), sdk::view(field.value));
    }
    EXPECT_EQ(seen, (Fields{{"host", "a"}, {"a", "1"}, {"cookie", "x=1; y"}, {"b", "2"}}));
}

TEST_F(H2HeadTest, counts_fields_and_their_size) {
    Fields fields;
    for (int i = 0; i < 100; ++i) {
        fields.emplace_back("x", "y");
    }
    EXPECT_EQ(judge(with(fields)), Verdict::kGood);
    EXPECT_EQ(head.fields().size(), 101u);
    fields.emplace_back("x", "y");
    EXPECT_EQ(judge(with(fields)), Verdict::kTooLarge);
    EXPECT_EQ(judge(with({{"x", std::string(32 * 1024, 'x')}})), Verdict::kTooLarge);
    EXPECT_GT(head.size(), 32u * 1024);
}

TEST_F(H2HeadTest, judges_trailers) {
    const auto trailers = [this](const Fields& fields, bool ends = true) {
        head.begin_trailers(host.table(), arena, limits);
        for (const auto& [name, value] : fields) {
            head.add(name, value);
        }
        return head.finish(ends);
    };
    EXPECT_EQ(trailers({{"checksum", "1"}}), Verdict::kGood);
    EXPECT_EQ(trailers({{"checksum", "1"}}, false), Verdict::kMalformed);
    EXPECT_EQ(trailers({{":path", "/"}}), Verdict::kMalformed);
    EXPECT_EQ(trailers({{"Upper", "1"}}), Verdict::kMalformed);
    EXPECT_EQ(trailers({{"connection", "close"}}), Verdict::kMalformed);
    EXPECT_EQ(trailers({{"x", "a\nb"}}), Verdict::kMalformed);
}

}  // namespace
}  // namespace berth::http
