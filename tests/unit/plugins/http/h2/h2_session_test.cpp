#include "h2/h2_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

class H2Session : public H2Fixture {
protected:
    // 64,000 bytes of a body on stream 1, of which the handler has taken none.
    H2Client upload_that_is_held() {
        handler.on_request = [this](berth_http_req* r) {
            http->body_pause(r, 1);
            return BERTH_OK;
        };
        H2Client client = open_h2();
        client.send(h2::request(1, h2::post(), 0));
        for (int i = 0; i < 4; ++i) {
            client.send(h2::data(1, std::string(16'000, 'x'), 0));
        }
        return client;
    }
};

TEST_F(H2Session, announces_what_it_accepts) {
    H2Client client = open_h2();
    EXPECT_EQ(client.answers.settings[NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS], 100u);
    EXPECT_EQ(client.answers.settings[NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE], 65536u);
    EXPECT_EQ(client.answers.settings[NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE], 32768u);
    EXPECT_EQ(client.answers.settings[NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES], 1u);
    EXPECT_EQ(client.answers.settings[NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL], 1u);
    EXPECT_EQ(client.answers.settings_acks, 1u);
}

TEST_F(H2Session, answers_a_request) {
    H2Client client = open_h2();
    client.send(h2::request(1, h2::get("/a?b")));
    EXPECT_EQ(handler.events, (std::vector<std::string>{"request /a", "destroy"}));
    EXPECT_EQ(client[1].status(), 200);
    EXPECT_EQ(client[1].body, "hi");
    EXPECT_TRUE(client[1].ended);
    EXPECT_EQ(client[1].field("server"), "Berth");
    EXPECT_EQ(client[1].field("date"), "Sun, 22 Nov 2026 08:58:07 GMT");
    EXPECT_EQ(client[1].field("content-type"), "text/plain");
    EXPECT_EQ(client[1].field("content-length"), "2");
}

TEST_F(H2Session, shows_handlers_what_http1_would_show_them) {
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(r->version, 20);
        EXPECT_EQ(r->method, BERTH_M_GET);
        EXPECT_EQ(sdk::view(r->authority), "example.com:80");
        EXPECT_EQ(sdk::view(r->path), "/b");
        EXPECT_EQ(sdk::view(r->query), "q=%20");
        EXPECT_EQ(sdk::view(r->raw_target), "/a/../b?q=%20");
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_HOST)), "Example.com:80");
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_COOKIE)), "a=1; b=2");
        EXPECT_EQ(r->n_headers, 3u);
        EXPECT_EQ(r->has_body, 0);
        EXPECT_EQ(r->content_length, BERTH_LENGTH_UNKNOWN);
        return reply(r, "");
    };
    h2::Fields fields = h2::get("/a/../b?q=%20", "Example.com:80");
    fields.insert(fields.end(), {{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}});
    open_h2().send(h2::request(1, fields));
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(H2Session, answers_all_requests_of_one_read_in_one_write) {
    H2Client client = open_h2();
    std::string requests;
    for (uint32_t id = 1; id < 200; id += 2) {
        requests += h2::request(id);
    }
    const uint32_t writes = client.stream.writes;
    client.send(requests);
    EXPECT_EQ(client.stream.writes, writes + 1);
    EXPECT_EQ(client[199].body, "hi");
    EXPECT_EQ(handler.destroys, 100u);
}

TEST_F(H2Session, understands_bytes_in_any_pieces) {
    H2Client client = open_h2({});
    for (const char c : h2::preface() + h2::request(1, h2::post(), 0) + h2::data(1, "abc")) {
        client.send({&c, 1});
    }
    EXPECT_EQ(client[1].body, "hi");
}

TEST_F(H2Session, hands_bodies_to_the_handler) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) -> berth_status {
        handler.body.append(reinterpret_cast<const char*>(buffer->p), buffer->n);
        buffer->n = 0;
        return last ? reply(r, handler.body) : BERTH_OK;
    };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0));
    client.send(h2::data(1, "one ", 0) + h2::data(1, "two", 0));
    EXPECT_EQ(client[1].status(), 0);
    client.send(h2::data(1, "", h2::kEndStream));
    EXPECT_EQ(client[1].body, "one two");
}

TEST_F(H2Session, takes_trailers_for_the_end_of_a_body) {
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::data(1, "abc", 0));
    client.send(h2::headers(1, h2::block({{"checksum", "1"}})));
    EXPECT_EQ(handler.events,
              (std::vector<std::string>{"request /", "destroy"}));  // it had answered already
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Session, shows_trailers_to_the_handler) {
    handler.on_request = [](berth_http_req* r) {
        EXPECT_EQ(r->n_trailers, 0u);
        return BERTH_OK;
    };
    handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) {
        buffer->p += buffer->n;
        buffer->n = 0;
        if (!last) {
            return berth_status{BERTH_OK};
        }
        EXPECT_EQ(r->n_trailers, 1u);  // a length would come too late
        return reply(r, sdk::view(r->trailers[0].name));
    };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::data(1, "abc", 0));
    client.send(h2::headers(1, h2::block({{"content-length", "9"}, {"checksum", "1"}})));
    EXPECT_EQ(client[1].body, "checksum");
}

TEST_F(H2Session, sends_trailers) {
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = {
            BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, BERTH_LENGTH_UNKNOWN};
        EXPECT_EQ(http->start(r, &response), BERTH_OK);
        const berth_seg segment = sdk::copied("streamed");
        EXPECT_EQ(http->body(r, &segment, 1), BERTH_OK);
        const berth_header trailer{sdk::sv("Grpc-Status"), sdk::sv("0")};
        EXPECT_EQ(http->end(r, &trailer, 1), BERTH_OK);
        return BERTH_OK;
    };
    H2Client client = open_h2();
    client.send(h2::request(1));
    EXPECT_EQ(client[1].body, "streamed");
    EXPECT_EQ(client[1].field("content-length"), "");
    EXPECT_EQ(client[1].trailers, (h2::Fields{{"grpc-status", "0"}}));
    EXPECT_TRUE(client[1].ended);
}

TEST_F(H2Session, sends_informational_answers_and_100_by_itself) {
    handler.on_request = [this](berth_http_req* r) {
        const berth_header link{sdk::sv("Link"), sdk::sv("</a>")};
        EXPECT_EQ(http->informational(r, 103, &link, 1), BERTH_OK);
        return BERTH_OK;
    };
    handler.on_body = [this](berth_http_req* r, berth_rbuf* buffer, bool last) -> berth_status {
        buffer->n = 0;
        return last ? reply(r, "done") : BERTH_OK;
    };
    h2::Fields fields = h2::post();
    fields.emplace_back("expect", "100-continue");
    H2Client client = open_h2();
    client.send(h2::request(1, fields, 0));
    EXPECT_EQ(client[1].statuses, (std::vector<int>{103, 100}));
    client.send(h2::data(1, "x"));
    EXPECT_EQ(client[1].statuses, (std::vector<int>{103, 100, 200}));
}

TEST_F(H2Session, sends_no_body_to_head) {
    h2::Fields fields = h2::get();
    fields.front().second = "HEAD";
    H2Client client = open_h2();
    client.send(h2::request(1, fields));
    EXPECT_EQ(client[1].field("content-length"), "2");
    EXPECT_EQ(client[1].body, "");
    EXPECT_TRUE(client[1].ended);
}

TEST_F(H2Session, keeps_to_the_windows_of_the_client) {
    const std::string big(100'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1000}}));
    client.send(h2::request(1));
    EXPECT_EQ(client[1].body.size(), 1000u);
    EXPECT_EQ(handler.destroys, 1u);  // the exchange is over, only its bytes wait
    client.send(h2::window_update(1, 500));
    EXPECT_EQ(client[1].body.size(), 1500u);
    client.send(h2::settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 200'000}}));
    EXPECT_EQ(client[1].body.size(), 65'535u);  // the connection's
    client.send(h2::window_update(0, 100'000));
    EXPECT_EQ(client[1].body, big);
    EXPECT_TRUE(client[1].ended);
}

TEST_F(H2Session, keeps_its_own_windows_closed_while_the_handler_holds) {
    H2Client client = upload_that_is_held();
    const auto window_updates = [&] {
        size_t n = 0;
        for (const h2::Frame& frame : client.answers.frames) {
            n += frame.type == h2::kWindowUpdate && frame.stream == 1 ? 1 : 0;
        }
        return n;
    };
    EXPECT_EQ(handler.body, "");
    EXPECT_EQ(window_updates(), 0u);
    http->body_pause(handler.last_request, 0);
    host.run();
    client.read();
    EXPECT_EQ(handler.body.size(), 64'000u);
    EXPECT_EQ(window_updates(), 1u);
}

TEST_F(H2Session, tells_the_handler_when_it_may_go_on) {
    handler.on_request = [this](berth_http_req* r) {
        const berth_http_resp response = {
            BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, BERTH_LENGTH_UNKNOWN};
        http->start(r, &response);
        const std::string part(70'000, 'x');
        const berth_seg segment = sdk::copied(part);
        EXPECT_EQ(http->body(r, &segment, 1), BERTH_AGAIN);
        return BERTH_OK;
    };
    handler.on_writable = [this](berth_http_req* r) { http->end(r, nullptr, 0); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    client.send(h2::request(1) + h2::window_update(0, 100'000));
    EXPECT_FALSE(client[1].ended);
    client.send(h2::window_update(1, 60'000));
    EXPECT_EQ(client[1].body.size(), 60'000u);
    client.send(h2::window_update(1, 60'000));
    EXPECT_TRUE(client[1].ended);
    EXPECT_EQ(handler.events, (std::vector<std::string>{"request /", "writable", "destroy"}));
}

TEST_F(H2Session, stops_while_the_connection_takes_nothing) {
    const std::string big(60'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1'000'000}}));
    client.send(h2::window_update(0, 1'000'000));
    client.stream.high_watermark = 64 * 1024;
    client.stream.unread = 0;
    client.send(h2::request(1) + h2::request(3) + h2::request(5));
    EXPECT_LT(client.stream.unread, 150'000u);
    client.stream.read_output();
    client.stream.read_output();
    client.read();
    EXPECT_EQ(client[1].body.size() + client[3].body.size() + client[5].body.size(), 180'000u);
}

TEST_F(H2Session, lets_urgent_answers_overtake) {
    const std::string big(20'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    h2::Fields late = h2::get(), soon = h2::get();
    late.emplace_back("priority", "u=6");
    soon.emplace_back("priority", "u=1");
    client.send(h2::request(1, late) + h2::request(3) + h2::request(5, soon));
    client.send(h2::frame(h2::kPriorityUpdate, 0, 0, h2::number(3, 4) + "u=7"));
    client.send(h2::window_update(0, 100'000));
    client.answers.frames.clear();
    client.send(h2::settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 100'000}}));
    std::vector<uint32_t> order;
    for (const h2::Frame& frame : client.answers.frames) {
        if (frame.type == h2::kData && (order.empty() || order.back() != frame.stream)) {
            order.push_back(frame.stream);
        }
    }
    EXPECT_EQ(order, (std::vector<uint32_t>{5, 1, 3}));
}

TEST_F(H2Session, sends_parts_in_turn_where_the_client_takes_parts) {
    const std::string big(40'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    h2::Fields parts = h2::get();
    parts.emplace_back("priority", "i");
    client.send(h2::request(1, parts) + h2::request(3, parts) + h2::window_update(0, 100'000));
    client.answers.frames.clear();
    client.send(h2::settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 100'000}}));
    std::vector<uint32_t> order;
    for (const h2::Frame& frame : client.answers.frames) {
        if (frame.type == h2::kData) {
            order.push_back(frame.stream);
        }
    }
    EXPECT_EQ(order, (std::vector<uint32_t>{1, 3, 1, 3, 1, 3}));
}

TEST_F(H2Session, sends_no_empty_frames_while_a_window_is_closed_again) {
    const std::string big(40'000, 'x');
    handler.on_request = [&](berth_http_req* r) { return reply(r, big); };
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    client.send(h2::request(1));
    client.answers.frames.clear();
    client.send(h2::settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 10}}) +
                h2::settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}}));
    for (const h2::Frame& frame : client.answers.frames) {
        EXPECT_NE(frame.type, h2::kData);
    }
}

// RFC 7541 4.2.
TEST_F(H2Session, tells_a_client_with_a_small_table_that_there_is_none) {
    H2Client client = open_h2(h2::preface({{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 100}}));
    client.send(h2::request(1) + h2::request(3));
    std::vector<bool> told;
    for (const h2::Frame& frame : client.answers.frames) {
        if (frame.type == h2::kHeaders) {
            told.push_back(frame.payload.front() == '\x20');
        }
    }
    EXPECT_EQ(told, (std::vector<bool>{true, false}));
    EXPECT_EQ(client[3].status(), 200);
}

TEST_F(H2Session, sends_long_heads_in_several_frames) {
    const std::string value(40'000, 'v');
    handler.on_request = [&](berth_http_req* r) {
        const berth_header field{sdk::sv("x-long"), sdk::sv(value)};
        const berth_http_resp response = {
            BERTH_HDR(berth_http_resp), 200, 0, &field, 1, 0, BERTH_LENGTH_UNKNOWN};
        return http->respond(r, &response, nullptr, 0);
    };
    H2Client client = open_h2();
    client.send(h2::request(1));
    EXPECT_EQ(client[1].field("x-long"), value);
    EXPECT_TRUE(client[1].ended);
    EXPECT_EQ(client.answers.frames.back().type, h2::kContinuation);
}

// What a stream has answered already belongs to no exchange any more.
TEST_F(H2Session, drops_trailers_whose_exchange_ends_between_their_frames) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0));
    client.send(h2::headers(1, h2::literal("checksum", "1"), h2::kEndStream));
    reply(handler.last_request, "early");
    host.run();
    client.send(h2::frame(h2::kContinuation, h2::kEndHeaders, 1, h2::literal("more", "2")));
    EXPECT_EQ(client.error(), -1);
    client.send(h2::request(3));
    EXPECT_EQ(handler.requests, 2u);
}

// Its exchange had not taken half of its window; that is given back to the connection alone.
TEST_F(H2Session, says_nothing_more_of_a_stream_that_the_client_has_reset) {
    H2Client client = upload_that_is_held();
    client.answers.frames.clear();
    client.send(h2::rst_stream(1));
    for (const h2::Frame& frame : client.answers.frames) {
        EXPECT_NE(frame.stream, 1u) << int(frame.type);
    }
    EXPECT_EQ(handler.aborts, 1u);
}

TEST_F(H2Session, ends_with_a_goaway_and_nothing_behind_it) {
    H2Client client = open_h2();
    client.send(h2::settings({{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 1}}));
    EXPECT_EQ(client.error(), h2::kProtocolError);
    EXPECT_EQ(client.answers.frames.back().type, h2::kGoaway);
}

TEST_F(H2Session, aborts_the_exchange_of_a_reset_stream_at_once) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    client.send(h2::request(1) + h2::rst_stream(1));
    EXPECT_EQ(handler.events, (std::vector<std::string>{"request /", "abort", "destroy"}));
}

// A room of a chat, say: who leaves makes another's answer complete.
TEST_F(H2Session, ends_an_answer_that_another_streams_end_completes) {
    std::vector<berth_http_req*> waiting;
    handler.on_request = [&](berth_http_req* r) {
        waiting.push_back(r);
        return BERTH_OK;
    };
    handler.on_abort = [&](berth_http_req*) { reply(waiting[1], "alone"); };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::request(3));
    client.send(h2::frame(h2::kPriority, 0, 1, "four"));  // resets the stream
    EXPECT_EQ(client[3].body, "alone");
    host.run();
    EXPECT_EQ(handler.destroys, 2u);
}

TEST_F(H2Session, resets_the_stream_that_a_handler_gives_up) {
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(http->abort(r, BERTH_E_FAIL), BERTH_OK);
        return BERTH_OK;
    };
    H2Client client = open_h2();
    client.send(h2::request(1) + h2::request(3));
    EXPECT_EQ(client[1].error, h2::kInternalError);
    EXPECT_EQ(handler.aborts, 2u);
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Session, drops_the_rest_of_a_body_that_was_answered) {
    configured_ = true;
    configure({{"h2c", true}, {"limits", map({{"body", 100'000}})}});
    H2Client client = open_h2();
    client.send(h2::settings(
        {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1}}));  // so that the answers take a while
    client.send(h2::request(1, h2::post(), 0) + h2::request(3, h2::post(), 0));
    EXPECT_EQ(client[1].body, "h");
    for (int i = 0; i < 6; ++i) {
        client.send(h2::data(1, std::string(16'000, 'x'), i == 5 ? h2::kEndStream : 0));
        client.send(h2::data(3, std::string(16'000, 'x'), 0));
    }
    EXPECT_FALSE(client[1].reset);
    EXPECT_FALSE(client[3].reset);
    client.send(h2::data(3, std::string(16'000, 'x'), 0));
    EXPECT_TRUE(client[3].reset);  // that is enough
    EXPECT_EQ(client[3].error, h2::kNoError);
    client.send(h2::data(3, "on its way"));
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Session, tells_a_client_to_stop_sending_when_its_answer_is_complete) {
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::data(1, "abc", 0));
    EXPECT_EQ(client[1].body, "hi");
    EXPECT_TRUE(client[1].ended);
    EXPECT_TRUE(client[1].reset);
    EXPECT_EQ(client[1].error, h2::kNoError);
    client.send(h2::request(3, h2::post(), 0) + h2::data(3, "abc"));
    EXPECT_FALSE(client[3].reset);  // it had sent all
}

// curl 7.88 loses an answer that comes together with the reset.
TEST_F(H2Session, tells_a_client_to_stop_sending_a_while_after_it_was_refused) {
    handler.on_request = [this](berth_http_req* r) { return http->error(r, 403); };
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0) + h2::data(1, "abc", 0));
    EXPECT_EQ(client[1].status(), 403);
    EXPECT_TRUE(client[1].ended);
    EXPECT_FALSE(client[1].reset);
    host.advance(900);
    client.send(h2::ping());
    EXPECT_FALSE(client[1].reset);
    host.advance(2'000);
    client.read();
    EXPECT_TRUE(client[1].reset);
    EXPECT_EQ(client[1].error, h2::kNoError);
}

TEST_F(H2Session, answers_a_body_that_grows_too_large_before_it_resets) {
    configured_ = true;
    configure({{"h2c", true}, {"limits", map({{"body", 20'000}})}});
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    std::string flood = h2::request(1, h2::post(), 0);
    for (int i = 0; i < 4; ++i) {  // all in one read
        flood += h2::data(1, std::string(16'000, 'x'), 0);
    }
    client.send(flood);
    EXPECT_EQ(client[1].status(), 413);
    EXPECT_TRUE(client[1].ended);
    EXPECT_FALSE(client[1].reset);
    host.advance(3'000);
    client.read();
    EXPECT_EQ(client[1].error, h2::kNoError);
    EXPECT_TRUE(client[1].reset);
}

h2::Fields post_of_length(const char* length) {
    h2::Fields fields = h2::post();
    fields.emplace_back("content-length", length);
    return fields;
}

// And it reads no window updates when it has all of the answer's body.
TEST_F(H2Session, sends_an_answer_when_the_body_has_come_whose_length_was_announced) {
    H2Client client = open_h2();
    client.send(h2::request(1, post_of_length("160000"), 0));
    EXPECT_EQ(client[1].status(), 200);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(client[1].body, "");
        client.send(h2::data(1, std::string(16'000, 'x'), i == 9 ? h2::kEndStream : 0));
    }
    EXPECT_EQ(client[1].body, "hi");
    EXPECT_TRUE(client[1].ended);
    EXPECT_FALSE(client[1].reset);
}

TEST_F(H2Session, sends_an_answer_at_once_to_a_client_that_asked_before_it_sends) {
    H2Client client = open_h2();
    h2::Fields fields = post_of_length("160000");
    fields.emplace_back("expect", "100-continue");
    handler.on_request = [this](berth_http_req* r) {
        http->body_pause(r, 1);  // so that it is not told to continue
        return reply(r, "hi");
    };
    client.send(h2::request(1, fields, 0));
    EXPECT_EQ(client[1].statuses, std::vector<int>{200});
    EXPECT_EQ(client[1].body, "hi");
    EXPECT_TRUE(client[1].ended);
}

TEST_F(H2Session, sends_an_answer_when_the_announced_body_does_not_come) {
    H2Client client = open_h2();
    client.send(h2::request(1, post_of_length("160000"), 0));
    EXPECT_FALSE(client[1].ended);
    host.advance(11'000);
    client.read();
    EXPECT_TRUE(client[1].ended);
    EXPECT_TRUE(client[1].reset);
    EXPECT_EQ(client[1].error, h2::kNoError);
}

TEST_F(H2Session, gives_the_connections_window_back_for_what_nobody_needs) {
    H2Client client = open_h2();
    client.send(h2::request(1, h2::post(), 0));
    EXPECT_TRUE(client[1].reset);
    uint64_t given = 0;
    client.answers.frames.clear();
    for (int i = 0; i < 40; ++i) {
        client.send(h2::data(1, std::string(16'000, 'x'), 0));
    }
    for (const h2::Frame& frame : client.answers.frames) {
        if (frame.type == h2::kWindowUpdate && frame.stream == 0) {
            for (uint64_t place = 1 << 24; const char byte : frame.payload) {
                given += static_cast<uint8_t>(byte) * place;
                place >>= 8;
            }
        }
    }
    EXPECT_GT(given, 500'000u);
    EXPECT_EQ(client.error(), -1);
}

TEST_F(H2Session, ends_every_exchange_when_the_connection_goes) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    client.send(h2::request(1) + h2::request(3, h2::post(), 0));
    client.stream.reset();
    EXPECT_EQ(handler.aborts, 2u);
    EXPECT_EQ(handler.destroys, 2u);
}

TEST_F(H2Session, drains_with_two_goaways) {
    handler.on_request = [](berth_http_req*) { return BERTH_OK; };
    H2Client client = open_h2();
    client.send(h2::request(1));
    client.stream.drain(host.now_ms + 30'000);
    client.read();
    EXPECT_EQ(client.answers.last_streams, (std::vector<uint32_t>{0x7fffffff}));
    client.send(h2::request(3));  // was on its way
    EXPECT_EQ(handler.requests, 2u);
    host.advance(1'000);
    client.read();
    EXPECT_EQ(client.answers.last_streams, (std::vector<uint32_t>{0x7fffffff, 3}));
    client.send(h2::request(5));
    EXPECT_EQ(handler.requests, 2u);
    EXPECT_FALSE(client.stream.gone);
    reply(handler.last_request, "bye");
    host.run();
    client.send(h2::rst_stream(1));
    EXPECT_EQ(client[3].body, "bye");
    EXPECT_TRUE(client.stream.gone);
    EXPECT_EQ(client.answers.goaways, (std::vector<uint32_t>{h2::kNoError, h2::kNoError}));
}

TEST_F(H2Session, drains_although_it_began_later) {
    H2Client client = open_h2("");
    client.stream.drain(host.now_ms + 3'600'000);
    client.send(h2::preface() + h2::request(1));
    EXPECT_EQ(client[1].status(), 200);
    host.advance(1'000);
    client.read();
    EXPECT_EQ(client.answers.last_streams, (std::vector<uint32_t>{0x7fffffff, 1}));
    EXPECT_TRUE(client.stream.gone);
}

TEST_F(H2Session, is_chosen_by_alpn) {
    auto site = map({{"site", "s"}, {"listen", list({listen(0, true)})}, {"scripted", map({})}});
    configure_sites(list({site}));
    H2Client client(connect_as("s", "h2"));
    client.send(h2::preface() + h2::request(1));
    EXPECT_EQ(client[1].status(), 200);
}

TEST_F(H2Session, is_not_spoken_without_tls_unless_a_site_says_so) {
    configure();
    EXPECT_EQ(status_of(h2::preface()), 505);
    EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                       "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                  .substr(0, 15),
              "HTTP/1.1 200 OK");
}

TEST_F(H2Session, leaves_http1_to_those_who_speak_it_on_the_same_port) {
    configure({{"h2c", true}});
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    FakeStream& stream = connect();
    stream.receive_in_pieces("PRI / HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

}  // namespace
}  // namespace berth::http
