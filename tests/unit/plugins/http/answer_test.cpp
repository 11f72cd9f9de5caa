#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kOldGet = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

class Answer : public HttpFixture {
protected:
    static berth_http_resp head(uint32_t status, uint64_t length = BERTH_LENGTH_UNKNOWN) {
        return {BERTH_HDR(berth_http_resp), status, 0, nullptr, 0, 0, length};
    }

    berth_status write(berth_http_req* request, std::string_view text) {
        const berth_seg segment = sdk::copied(text);
        return http->body(request, &segment, 1);
    }

    // start, body for each part, end.
    void stream(const berth_http_resp& response, std::vector<std::string> parts) {
        handler.on_request = [this, response, parts](berth_http_req* r) {
            EXPECT_EQ(http->start(r, &response), BERTH_OK);
            for (const std::string& part : parts) {
                EXPECT_EQ(write(r, part), BERTH_OK);
            }
            return http->end(r, nullptr, 0);
        };
    }
};

TEST_F(Answer, of_unknown_length_is_chunked) {
    configure();
    stream(head(200), {"hello", "", std::string(26, 'x')});
    EXPECT_EQ(without_date(exchange(kGet)),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
              "5\r\nhello\r\n1a\r\nxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n");
}

TEST_F(Answer, of_unknown_length_ends_with_the_connection_for_http_1_0) {
    configure();
    stream(head(200), {"hello", "!"});
    FakeStream& stream = connect();
    stream.receive(kOldGet);
    EXPECT_EQ(without_date(stream.output), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello!");
    EXPECT_TRUE(stream.gone);
}

TEST_F(Answer, of_known_length_is_held_to_it) {
    configure();
    stream(head(200, 6), {"hello", "!"});
    EXPECT_EQ(without_date(exchange(kGet)), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!");

    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200, 3);
        http->start(r, &response);
        EXPECT_EQ(write(r, "long"), BERTH_E_INVAL);
        EXPECT_EQ(write(r, "abc"), BERTH_OK);
        return http->end(r, nullptr, 0);
    };
    EXPECT_EQ(body_of(exchange(kGet)), "abc");

    stream(head(200, 6), {});
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200, 6);
        http->start(r, &response);
        write(r, "short");
        EXPECT_EQ(http->end(r, nullptr, 0), BERTH_E_INVAL);
        return BERTH_OK;
    };
    FakeStream& cut = connect();
    cut.receive(kGet);
    EXPECT_TRUE(cut.gone);  // never a short answer that looks complete on a kept connection
}

TEST_F(Answer, to_head_has_the_head_of_get_and_no_body) {
    configure();
    EXPECT_EQ(without_date(exchange(kHead)),
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 2\r\n\r\n");
    stream(head(200), {"hello"});
    EXPECT_EQ(without_date(exchange(kHead)),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream(head(200, 5), {"hello"});
    EXPECT_EQ(without_date(exchange(kHead)), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST_F(Answer, to_head_leaves_the_connection_usable) {
    configure();
    FakeStream& stream = connect();
    stream.receive(std::string(kHead) + std::string(kGet));
    EXPECT_EQ(handler.requests, 2u);
    EXPECT_FALSE(stream.gone);
}

TEST_F(Answer, with_204_or_304_has_neither_body_nor_length) {
    configure();
    for (const uint32_t status : {204u, 304u}) {
        handler.on_request = [&](berth_http_req* r) {
            const berth_http_resp response = head(status);
            const berth_seg segment = sdk::copied("dropped");
            return http->respond(r, &response, &segment, 1);
        };
        const std::string answer = exchange(kGet);
        EXPECT_EQ(status_of_answer(answer), static_cast<int>(status));
        EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
        EXPECT_EQ(body_of(answer), "");
        stream(head(status), {"dropped"});
        EXPECT_EQ(body_of(exchange(kGet)), "");
    }
}

TEST_F(Answer, may_end_with_trailers) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200);
        http->start(r, &response);
        write(r, "x");
        const berth_header trailers[] = {{sdk::sv("checksum"), sdk::sv("1234")}};
        return http->end(r, trailers, 1);
    };
    EXPECT_EQ(body_of(exchange(kGet)), "1\r\nx\r\n0\r\nchecksum: 1234\r\n\r\n");
}

// RFC 9110 6.5.1: what would have framed the message cannot come behind it.
TEST_F(Answer, does_not_end_with_trailers_that_are_not_the_handlers) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200);
        http->start(r, &response);
        const berth_header trailer{sdk::sv("Content-Length"), sdk::sv("5")};
        EXPECT_EQ(http->end(r, &trailer, 1), BERTH_E_INVAL);
        return http->end(r, nullptr, 0);
    };
    EXPECT_EQ(body_of(exchange(kGet)), "0\r\n\r\n");
}

TEST_F(Answer, with_a_field_that_would_split_it_is_refused) {
    configure();
    const std::string nul("a\0b", 3);
    const std::pair<std::string, std::string> bad[] = {
        {"location", "/x\r\nSet-Cookie: a=b"},
        {"location", "/x\nSet-Cookie: a=b"},
        {"location", nul},
        {"x\r\ny", "1"},
        {"x y", "1"},
        {"x:y", "1"},
        {"", "1"},
        {"Content-Length", "5"},
        {"transfer-encoding", "chunked"},
        {"connection", "close"},
        {"date", "now"},
        {"server", "other"},
    };
    for (const auto& [name, value] : bad) {
        handler.on_request = [&](berth_http_req* r) {
            const berth_header field{sdk::sv(name), sdk::sv(value)};
            berth_http_resp response = head(200);
            response.headers = &field;
            response.n_headers = 1;
            EXPECT_EQ(http->respond(r, &response, nullptr, 0), BERTH_E_INVAL);
            EXPECT_EQ(http->start(r, &response), BERTH_E_INVAL);
            return http->error(r, 500);
        };
        const std::string answer = exchange(kGet);
        EXPECT_EQ(status_of_answer(answer), 500) << name;
        EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
    }
}

TEST_F(Answer, is_given_once) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200);
        EXPECT_EQ(http->body(r, nullptr, 0), BERTH_E_STATE);
        EXPECT_EQ(http->end(r, nullptr, 0), BERTH_E_STATE);
        EXPECT_EQ(reply(r, "one"), BERTH_OK);
        EXPECT_EQ(reply(r, "two"), BERTH_E_STATE);
        EXPECT_EQ(http->start(r, &response), BERTH_E_STATE);
        EXPECT_EQ(http->error(r, 500), BERTH_E_STATE);
        return BERTH_OK;
    };
    EXPECT_EQ(body_of(exchange(kGet)), "one");
}

TEST_F(Answer, of_an_impossible_status_is_refused) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        for (const uint32_t status : {0u, 100u, 199u, 600u}) {
            const berth_http_resp response = head(status);
            EXPECT_EQ(http->respond(r, &response, nullptr, 0), BERTH_E_INVAL);
        }
        const berth_http_resp unnamed = head(299);
        return http->respond(r, &unnamed, nullptr, 0);
    };
    EXPECT_EQ(exchange(kGet).substr(0, 15), "HTTP/1.1 299 \r\n");
}

TEST_F(Answer, of_a_failing_handler_is_500) {
    configure();
    handler.on_request = [](berth_http_req*) { return BERTH_E_FAIL; };
    const std::string answer = exchange(kGet);
    EXPECT_EQ(status_of_answer(answer), 500);
    EXPECT_NE(answer.find("Content-Type: text/html; charset=utf-8\r\n"), std::string::npos);
    EXPECT_NE(answer.find("<title>500 Internal Server Error</title>"), std::string::npos);
    EXPECT_EQ(answer.find("http://"), std::string::npos);  // loads nothing
}

TEST_F(Answer, of_a_handler_that_fails_half_way_is_cut) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200);
        http->start(r, &response);
        write(r, "some");
        return BERTH_E_FAIL;
    };
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(stream.output.find("0\r\n\r\n"), std::string::npos);
}

TEST_F(Answer, may_be_preceded_by_early_hints) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_header link{sdk::sv("Link"), sdk::sv("</a.css>; rel=preload")};
        EXPECT_EQ(http->informational(r, 103, &link, 1), BERTH_OK);
        EXPECT_EQ(http->informational(r, 101, nullptr, 0), BERTH_E_INVAL);
        return reply(r, "x");
    };
    const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
    EXPECT_EQ(exchange(kGet).substr(0, hints.size() + 12), hints + "HTTP/1.1 200");
    EXPECT_EQ(exchange(kOldGet).substr(0, 12), "HTTP/1.1 200");
}

TEST_F(Answer, larger_than_the_shared_room_is_whole) {
    configure();
    const std::string value(6000, 'v');
    handler.on_request = [&](berth_http_req* r) {
        const berth_header field{sdk::sv("x-long"), sdk::sv(value)};
        berth_http_resp response = head(200);
        response.headers = &field;
        response.n_headers = 1;
        std::vector<berth_seg> segments(20, sdk::copied("0123456789"));
        return http->respond(r, &response, segments.data(), 20);
    };
    const std::string answer = exchange(kGet);
    EXPECT_NE(answer.find(value), std::string::npos);
    EXPECT_EQ(body_of(answer).size(), 200u);
}

TEST_F(Answer, tells_its_writer_to_stop_and_to_go_on) {
    configure();
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = head(200);
        http->start(r, &response);
        EXPECT_EQ(write(r, std::string(500, 'x')), BERTH_AGAIN);
        return BERTH_OK;
    };
    handler.on_writable = [this](berth_http_req* r) { http->end(r, nullptr, 0); };
    FakeStream& stream = connect();
    stream.high_watermark = 400;
    stream.receive(kGet);
    EXPECT_EQ(handler.destroys, 0u);
    stream.read_output();
    EXPECT_EQ(stream.output.substr(stream.output.size() - 5), "0\r\n\r\n");
    EXPECT_EQ(handler.destroys, 1u);
}

// The owner's reference is given back once, whatever becomes of the segment.
TEST_F(Answer, gives_back_segments_that_it_does_not_send) {
    struct Owner : berth_owner {
        int references = 0;
    };
    static Owner owner;
    owner.release = [](berth_owner* o) { --static_cast<Owner*>(o)->references; };
    const auto owned = [] {
        ++owner.references;
        berth_seg segment = sdk::copied("owned");
        segment.kind = BERTH_SEG_OWNED;
        segment.v.owner = &owner;
        return segment;
    };
    configure();
    handler.on_request = [&](berth_http_req* r) {
        const berth_http_resp bad = head(99), good = head(200);
        berth_seg segment = owned();
        http->respond(r, &bad, &segment, 1);
        EXPECT_EQ(owner.references, 0);
        segment = owned();
        http->respond(r, &good, &segment, 1);
        EXPECT_EQ(owner.references, 0);
        segment = owned();
        EXPECT_EQ(http->respond(r, &good, &segment, 1), BERTH_E_STATE);
        segment = owned();
        EXPECT_EQ(http->body(r, &segment, 1), BERTH_E_STATE);
        EXPECT_EQ(owner.references, 0);
        return BERTH_OK;
    };
    exchange(kGet);
    exchange(kHead);
    EXPECT_EQ(owner.references, 0);
}

}  // namespace
}  // namespace berth::http
