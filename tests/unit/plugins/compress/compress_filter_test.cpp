#include "decoders.h"
#include "support/plugin_fixture.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace berth::compress {
namespace {

using testing::body_of;
using testing::FakeStream;
using testing::field_of;
using testing::list;
using testing::map;

std::string json(size_t size) {
    std::string text = "[";
    for (int i = 0; text.size() < size; ++i) {
        text += "{\"id\":" + std::to_string(i * 7919 % 10007) + ",\"name\":\"item\",\"on\":true},";
    }
    text.resize(size);
    return text;
}

// Chunks put together.
std::string joined(std::string_view body) {
    std::string text;
    while (!body.empty()) {
        const size_t line = body.find("\r\n");
        const auto size = sdk::parse_hex(body.substr(0, line));
        if (!size || *size == 0) {
            break;
        }
        text.append(body.substr(line + 2, *size));
        body.remove_prefix(line + 2 + *size + 2);
    }
    return text;
}

class CompressFilterTest : public testing::PluginFixture {
protected:
    void configure(berth_cfg encodings = list({"zstd", "br", "gzip"}), bool credentials = true) {
        const berth_cfg settings = map({{"encodings", std::move(encodings)},
                                        {"gzip_level", 6},
                                        {"br_level", 4},
                                        {"zstd_level", 3},
                                        {"min_size", 1024},
                                        {"types", list({"text/*", "*/*+json", "application/json"})},
                                        {"with_credentials", credentials}});
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND, "compress", settings), BERTH_OK);
        serve({"compress"});
    }

    void answer_with(Fields fields, std::string body, uint32_t status = 200) {
        const std::vector<std::pair<std::string_view, std::string_view>> kept(fields);
        handler.on_request = [this, kept, body = std::move(body), status](berth_http_req* r) {
            std::vector<berth_header> headers;
            for (const auto& [name, value] : kept) {
                headers.push_back({sdk::sv(name), sdk::sv(value)});
            }
            const berth_http_resp response = {BERTH_HDR(berth_http_resp),
                                              status,
                                              0,
                                              headers.data(),
                                              static_cast<uint32_t>(headers.size()),
                                              0,
                                              0};
            const berth_seg segment = sdk::copied(body);
            const berth_status done = http->respond(r, &response, &segment, 1);
            return done < 0 ? done : BERTH_OK;
        };
    }

    std::string coding(std::string_view accept) {
        return field_of(get("/", "Accept-Encoding: " + std::string(accept) + "\r\n"),
                        "content-encoding");
    }

    // The body as the client reads it; the test fails when its end is missing.
    static std::string decoded(std::string_view answer) {
        const bool chunked = field_of(answer, "transfer-encoding") == "chunked";
        const std::string body = chunked ? joined(body_of(answer)) : std::string(body_of(answer));
        bool complete = false;
        std::string text = decode(field_of(answer, "content-encoding"), body, &complete);
        EXPECT_TRUE(complete);
        return text;
    }

    FakeStream& start(std::string_view type, uint64_t length) {
        handler.on_request = [this, type, length](berth_http_req* r) {
            const berth_header field = {sdk::sv("content-type"), sdk::sv(type)};
            const berth_http_resp response = {
                BERTH_HDR(berth_http_resp), 200, 0, &field, 1, 0, length};
            return http->start(r, &response);
        };
        FakeStream& stream = connect();
        stream.receive("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        return stream;
    }

    berth_status body(std::string_view text) {
        const berth_seg segment = sdk::copied(text);
        return http->body(handler.last_request, &segment, 1);
    }

    const std::string text_ = json(5000);
};

TEST_F(CompressFilterTest, sends_a_body_that_decodes_to_the_handlers) {
    configure();
    for (const char* coding : {"gzip", "br", "zstd"}) {
        for (const size_t size : {1024u, 5000u, 70000u, 1000000u}) {
            const std::string text = json(size);
            answer_with({{"content-type", "application/json"}}, text);
            const std::string answer = get("/", "Accept-Encoding: " + std::string(coding) + "\r\n");
            EXPECT_EQ(field_of(answer, "content-encoding"), coding);
            EXPECT_EQ(decoded(answer), text) << coding << size;
            EXPECT_LT(answer.size(), size / 2);
        }
    }
}

TEST_F(CompressFilterTest, says_how_long_a_body_became_that_was_answered_at_once) {
    configure();
    answer_with({{"content-type", "text/plain"}}, text_);
    const std::string answer = get("/", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(field_of(answer, "content-length"), std::to_string(body_of(answer).size()));
}

TEST_F(CompressFilterTest, takes_what_the_client_likes_best_and_then_its_own_order) {
    configure();
    answer_with({{"content-type", "text/plain"}}, text_);
    EXPECT_EQ(coding("gzip, br, zstd"), "zstd");
    EXPECT_EQ(coding("gzip, br;q=0.9, zstd;q=0.1"), "gzip");
    EXPECT_EQ(coding("*"), "zstd");
    EXPECT_EQ(coding("deflate"), "(none)");
    EXPECT_EQ(coding("gzip;q=0.5, identity"), "(none)");
    EXPECT_EQ(coding("gzip;q=0"), "(none)");
    EXPECT_EQ(field_of(get("/"), "content-encoding"), "(none)");
}

TEST_F(CompressFilterTest, offers_only_what_it_is_told_to) {
    configure(list({"gzip"}));
    answer_with({{"content-type", "text/plain"}}, text_);
    EXPECT_EQ(coding("br, zstd"), "(none)");
    EXPECT_EQ(coding("br, gzip"), "gzip");
}

TEST_F(CompressFilterTest, names_the_field_that_it_chose_by_once) {
    configure();
    answer_with({{"content-type", "text/plain"}}, text_);
    EXPECT_EQ(field_of(get("/"), "vary"), "Accept-Encoding");
    answer_with({{"content-type", "text/plain"}, {"vary", "Origin, accept-encoding"}}, text_);
    EXPECT_EQ(field_of(get("/", "Accept-Encoding: gzip\r\n"), "vary"), "Origin, accept-encoding");
    answer_with({{"content-type", "text/plain"}, {"vary", "*"}}, text_);
    EXPECT_EQ(field_of(get("/"), "vary"), "*");
    answer_with({{"content-type", "image/png"}}, text_);
    EXPECT_EQ(field_of(get("/"), "vary"), "(none)");
}

TEST_F(CompressFilterTest, weakens_the_etag_and_offers_no_ranges) {
    configure();
    answer_with({{"content-type", "text/plain"}, {"ETag", "\"v1\""}, {"accept-ranges", "bytes"}},
                text_);
    const std::string encoded = get("/", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(field_of(encoded, "etag"), "W/\"v1\"");
    EXPECT_EQ(field_of(encoded, "accept-ranges"), "(none)");
    EXPECT_EQ(field_of(get("/"), "etag"), "\"v1\"");
    answer_with({{"content-type", "text/plain"}, {"ETag", "W/\"v1\""}}, text_);
    EXPECT_EQ(field_of(get("/", "Accept-Encoding: gzip\r\n"), "etag"), "W/\"v1\"");
}

TEST_F(CompressFilterTest, leaves_alone_what_is_not_worth_it) {
    configure();
    answer_with({{"content-type", "text/plain"}}, std::string(1023, 'a'));
    EXPECT_EQ(coding("gzip"), "(none)");
    answer_with({{"content-type", "image/png"}}, text_);
    EXPECT_EQ(coding("gzip"), "(none)");
    answer_with({{"content-type", "text"}}, text_);
    EXPECT_EQ(coding("gzip"), "(none)");
    answer_with({}, text_);
    EXPECT_EQ(coding("gzip"), "(none)");
    answer_with({{"content-type", "APPLICATION/problem+JSON ; charset=utf-8"}}, text_);
    EXPECT_EQ(coding("gzip"), "gzip");
}

TEST_F(CompressFilterTest, encodes_all_the_same_for_a_client_that_takes_nothing_else) {
    configure();
    answer_with({{"content-type", "image/png"}}, "short");
    EXPECT_EQ(coding("gzip, identity;q=0"), "gzip");
    EXPECT_EQ(coding("identity;q=0"), "(none)");
    answer_with({{"content-type", "image/png"}}, "");
    EXPECT_EQ(coding("gzip, *;q=0"), "(none)");
}

TEST_F(CompressFilterTest, leaves_alone_what_must_not_change) {
    configure();
    answer_with({{"content-type", "text/plain"}, {"content-encoding", "br"}}, text_);
    EXPECT_EQ(coding("gzip"), "br");
    answer_with({{"content-type", "text/plain"}, {"cache-control", "public, No-Transform"}}, text_);
    EXPECT_EQ(coding("gzip"), "(none)");
    answer_with(
        {{"content-type", "text/plain"}, {"content-range", "bytes 0-4999/9000"}}, text_, 206);
    EXPECT_EQ(coding("gzip"), "(none)");
    EXPECT_EQ(field_of(get("/"), "vary"), "Accept-Encoding");
    answer_with({{"etag", "\"v1\""}}, "", 304);
    const std::string unchanged = get("/", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(field_of(unchanged, "etag"), "\"v1\"");
    EXPECT_EQ(field_of(unchanged, "vary"), "Accept-Encoding");
    EXPECT_EQ(field_of(unchanged, "content-encoding"), "(none)");
}

TEST_F(CompressFilterTest, may_leave_answers_alone_that_are_for_one_user) {
    configure(list({"gzip"}), false);
    answer_with({{"content-type", "text/plain"}}, text_);
    EXPECT_EQ(coding("gzip"), "gzip");
    EXPECT_EQ(coding("gzip\r\nCookie: a=b"), "(none)");
    EXPECT_EQ(coding("gzip\r\nAuthorization: Bearer x"), "(none)");
}

TEST_F(CompressFilterTest, answers_head_with_the_head_of_get) {
    configure();
    answer_with({{"content-type", "text/plain"}, {"ETag", "\"v1\""}}, text_);
    const std::string answer =
        exchange("HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    EXPECT_EQ(field_of(answer, "content-encoding"), "gzip");
    EXPECT_EQ(field_of(answer, "etag"), "W/\"v1\"");
    EXPECT_EQ(field_of(answer, "content-length"), "(none)");
    EXPECT_EQ(body_of(answer), "");
}

TEST_F(CompressFilterTest, lets_each_piece_through_when_the_length_is_unknown) {
    configure();
    FakeStream& stream = start("text/event-stream", BERTH_LENGTH_UNKNOWN);
    std::string sent;
    for (const char* event : {"data: one\n\n", "data: two\n\n", "data: three\n\n"}) {
        EXPECT_EQ(body(event), BERTH_OK);
        sent += event;
        bool complete = false;
        EXPECT_EQ(decode_gzip(joined(body_of(stream.output)), &complete), sent);
    }
    http->end(handler.last_request, nullptr, 0);
    EXPECT_EQ(decoded(testing::without_date(stream.output)), sent);
}

TEST_F(CompressFilterTest, collects_pieces_of_a_body_whose_length_is_known) {
    configure();
    FakeStream& stream = start("text/plain", text_.size());
    const size_t head = stream.output.size();
    EXPECT_EQ(body(text_.substr(0, 2000)), BERTH_OK);
    EXPECT_LT(stream.output.size(), head + 50);
    EXPECT_EQ(body(text_.substr(2000)), BERTH_OK);
    http->end(handler.last_request, nullptr, 0);
    EXPECT_EQ(decoded(testing::without_date(stream.output)), text_);
}

TEST_F(CompressFilterTest, waits_for_a_slow_client) {
    configure();
    const std::string text = json(1 << 20);
    FakeStream& stream = start("text/plain", BERTH_LENGTH_UNKNOWN);
    stream.high_watermark = 4096;
    EXPECT_EQ(body(text), BERTH_AGAIN);
    http->end(handler.last_request, nullptr, 0);
    host.run();
    const size_t first = stream.output.size();
    EXPECT_LT(first, 40000u);  // of one turn's input
    while (stream.unread > stream.high_watermark) {
        stream.read_output();
    }
    EXPECT_EQ(decoded(testing::without_date(stream.output)), text);
}

TEST_F(CompressFilterTest, gives_its_encoder_back_when_the_client_goes) {
    configure();
    FakeStream& stream = start("text/plain", BERTH_LENGTH_UNKNOWN);
    body(text_);
    stream.reset();  // a leak is found by ASan
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(CompressFilterTest, serves_many_at_once_and_one_after_the_other) {
    configure();
    answer_with({{"content-type", "text/plain"}}, text_);
    FakeStream& slow = start("text/plain", text_.size());
    body(text_.substr(0, 100));
    berth_http_req* const request = handler.last_request;
    answer_with({{"content-type", "text/plain"}}, json(3000));
    EXPECT_EQ(decoded(get("/", "Accept-Encoding: gzip\r\n")), json(3000));
    const berth_seg rest = sdk::permanent(std::string_view(text_).substr(100));
    http->body(request, &rest, 1);
    http->end(request, nullptr, 0);
    EXPECT_EQ(decoded(testing::without_date(slow.output)), text_);
}

}  // namespace
}  // namespace berth::compress
