#include "http_fixture.h"
#include "scripted_filter.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// Takes the first segment of a list.
std::string take(berth_segs& list) {
    const berth_seg segment = list.segs[0];
    ++list.segs;
    --list.n;
    const std::string text(static_cast<const char*>(segment.u.mem), segment.len);
    if (segment.kind == BERTH_SEG_OWNED) {
        segment.v.owner->release(segment.v.owner);
    }
    return text;
}

// The answers of one handler behind two body filters: `near` is the one that gets them first.
class BodyPipeOfAnAnswer : public HttpFixture {
protected:
    BodyPipeOfAnAnswer() {
        for (ScriptedFilter* filter : {&far, &near}) {
            filter->edit_bodies();
            host.make_usable(filter->factory(), filter);
            filter->on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
                return pass(r, in, out);
            };
        }
        configure({{"filters", list({map({{"far", map({})}}), map({{"near", map({})}})})}});
    }

    void put(berth_http_req* request, berth_segs& out, const std::string& text) {
        EXPECT_EQ(http->segs_reserve(request, &out, 1), BERTH_OK);
        out.segs[out.n++] = sdk::SharedText(text).segment();
    }

    berth_status pass(berth_http_req* request, berth_segs& in, berth_segs& out) {
        while (in.n != 0) {
            put(request, out, take(in));
        }
        return BERTH_OK;
    }

    // Lets out one segment of what it has with each call.
    berth_status pass_one(berth_http_req* request, berth_segs& in, berth_segs& out) {
        if (in.n != 0) {
            put(request, out, take(in));
        }
        return in.n != 0 ? BERTH_AGAIN : BERTH_OK;
    }

    // The handler answers with these pieces at once.
    void respond_with(std::vector<std::string> pieces) {
        handler.on_request = [this, pieces = std::move(pieces)](berth_http_req* r) {
            std::vector<berth_seg> segments;
            for (const std::string& piece : pieces) {
                segments.push_back(sdk::copied(piece));
            }
            const berth_http_resp response = {BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, 0};
            const berth_status status = http->respond(
                r, &response, segments.data(), static_cast<uint32_t>(segments.size()));
            return status < 0 ? status : BERTH_OK;
        };
    }

    void start_with_length(uint64_t length) {
        handler.on_request = [this, length](berth_http_req* r) {
            const berth_http_resp response = {
                BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, length};
            return http->start(r, &response);
        };
    }

    berth_status body(std::string_view text) {
        const berth_seg segment = sdk::copied(text);
        return http->body(handler.last_request, &segment, 1);
    }

    std::vector<std::string> story;
    ScriptedFilter far{"far", BERTH_PHASE_TRANSFORM, story};
    ScriptedFilter near{"near", BERTH_PHASE_TRANSFORM, story};
};

TEST_F(BodyPipeOfAnAnswer, goes_through_the_filters_from_the_last_to_the_first) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        put(r, out, "<" + take(in) + ">");
        return BERTH_OK;
    };
    far.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool last) {
        EXPECT_TRUE(last);
        put(r, out, "[" + take(in) + "]");
        return BERTH_OK;
    };
    EXPECT_EQ(without_date(exchange(kGet)),
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 6\r\n\r\n[<hi>]");
}

TEST_F(BodyPipeOfAnAnswer, keeps_its_length_when_no_filter_wants_it) {
    const auto decline = [](berth_http_req*, berth_http_resp* response) {
        EXPECT_EQ(response->content_length, 5u);
        return BERTH_DECLINED;
    };
    near.on_response = decline;
    far.on_response = decline;
    start_with_length(5);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("hello"), BERTH_OK);
    http->end(handler.last_request, nullptr, 0);
    EXPECT_EQ(without_date(stream.output), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(std::count(story.begin(), story.end(), "near body"), 0);
}

TEST_F(BodyPipeOfAnAnswer, is_chunked_when_a_filter_may_change_its_length) {
    far.on_response = [](berth_http_req*, berth_http_resp*) { return BERTH_DECLINED; };
    start_with_length(5);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("hello"), BERTH_OK);
    http->end(handler.last_request, nullptr, 0);
    EXPECT_EQ(without_date(stream.output),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
}

TEST_F(BodyPipeOfAnAnswer, is_held_to_the_length_that_its_handler_gave) {
    start_with_length(5);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("hello!"), BERTH_E_INVAL);
    EXPECT_EQ(body("hell"), BERTH_OK);
    EXPECT_EQ(http->end(handler.last_request, nullptr, 0), BERTH_E_INVAL);
    host.run();
    EXPECT_TRUE(stream.gone);
}

TEST_F(BodyPipeOfAnAnswer, presents_again_what_a_filter_left) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool last) {
        if (in.n < 2 && !last) {
            return berth_status{BERTH_OK};  // pairs only
        }
        while (in.n != 0) {
            const std::string first = take(in);
            put(r, out, first + (in.n != 0 ? take(in) : "."));
        }
        return berth_status{BERTH_OK};
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    for (std::string text : {"a", "b", "c"}) {
        body(text);
        text.assign(1, '!');  // COPY is valid during the call only
    }
    http->end(handler.last_request, nullptr, 0);
    EXPECT_EQ(body_of(stream.output), "2\r\nab\r\n2\r\nc.\r\n0\r\n\r\n");
}

TEST_F(BodyPipeOfAnAnswer, comes_in_turns_when_a_filter_has_more_to_give) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return pass_one(r, in, out);
    };
    respond_with({"a", "b", "c"});
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body_of(stream.output), "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
    EXPECT_EQ(std::count(story.begin(), story.end(), "near last body"), 3);
    EXPECT_EQ(handler.aborts, 0u);
}

TEST_F(BodyPipeOfAnAnswer, waits_for_the_client) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return pass_one(r, in, out);
    };
    respond_with({std::string(100, 'a'), std::string(100, 'b'), std::string(100, 'c')});
    FakeStream& stream = connect();
    stream.high_watermark = 50;
    stream.receive(kGet);
    EXPECT_EQ(stream.output.find('b'), std::string::npos);
    stream.read_output();
    EXPECT_NE(stream.output.find("bbb"), std::string::npos);
    EXPECT_EQ(stream.output.find("ccc"), std::string::npos);
    stream.read_output();
    stream.read_output();
    EXPECT_EQ(stream.output.substr(stream.output.size() - 5), "0\r\n\r\n");
}

TEST_F(BodyPipeOfAnAnswer, lets_the_handler_wait_until_its_filters_are_through) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return pass_one(r, in, out);
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    const berth_seg two[] = {sdk::permanent("a"), sdk::permanent("b")};
    EXPECT_EQ(http->body(handler.last_request, two, 2), BERTH_AGAIN);
    EXPECT_EQ(handler.events.back(), "request /");
    host.run();
    EXPECT_EQ(handler.events.back(), "writable");
    EXPECT_EQ(body_of(stream.output), "1\r\na\r\n1\r\nb\r\n");
}

TEST_F(BodyPipeOfAnAnswer, goes_through_the_later_filter_before_the_earlier_gives_more) {
    const auto one = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return pass_one(r, in, out);
    };
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        if (in.n != 0) {
            const std::string text = take(in);
            put(r, out, text + "1");
            put(r, out, text + "2");
        }
        return in.n != 0 ? BERTH_AGAIN : BERTH_OK;
    };
    far.on_body = one;
    respond_with({"a", "b"});
    EXPECT_EQ(body_of(exchange(kGet)), "2\r\na1\r\n2\r\na2\r\n2\r\nb1\r\n2\r\nb2\r\n0\r\n\r\n");
    EXPECT_EQ((std::vector<std::string>{story.begin() + 4, story.begin() + 10}),
              (std::vector<std::string>{"near last body",
                                        "far body",
                                        "far body",
                                        "near last body",
                                        "far last body",
                                        "far last body"}));
}

TEST_F(BodyPipeOfAnAnswer, waits_for_a_filter_that_takes_its_time) {
    bool ready = false;
    near.on_body = [&](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return ready ? pass(r, in, out) : berth_status{BERTH_PENDING};
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("a"), BERTH_AGAIN);
    EXPECT_EQ(body("b"), BERTH_AGAIN);
    http->end(handler.last_request, nullptr, 0);
    host.run();
    EXPECT_EQ(body_of(stream.output), "");
    ready = true;
    EXPECT_EQ(http->filter_resume(handler.last_request, BERTH_OK), BERTH_OK);
    host.run();
    EXPECT_EQ(body_of(stream.output), "2\r\nab\r\n0\r\n\r\n");
    EXPECT_EQ(handler.destroys, 1u);
}

// Memory that its owner uses again at once, while the filter takes nothing.
TEST_F(BodyPipeOfAnAnswer, keeps_a_copy_of_what_comes_while_a_filter_takes_its_time) {
    bool ready = false;
    near.on_body = [&](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return ready ? pass(r, in, out) : berth_status{BERTH_PENDING};
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    for (std::string text : {"a", "b", "c"}) {
        EXPECT_EQ(body(text), BERTH_AGAIN);
        text.assign(1, '!');
    }
    ready = true;
    http->filter_resume(handler.last_request, BERTH_OK);
    host.run();
    EXPECT_EQ(body_of(stream.output), "3\r\nabc\r\n");
}

TEST_F(BodyPipeOfAnAnswer, keeps_a_copy_of_what_comes_while_two_filters_have_more_to_give) {
    for (ScriptedFilter* filter : {&far, &near}) {
        filter->on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
            return pass_one(r, in, out);
        };
    }
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        if (in.n != 0) {
            const std::string text = take(in);
            put(r, out, text + "1");
            put(r, out, text + "2");
        }
        return in.n != 0 ? BERTH_AGAIN : BERTH_OK;
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    const berth_seg two[] = {sdk::permanent("a"), sdk::permanent("b")};
    EXPECT_EQ(http->body(handler.last_request, two, 2), BERTH_AGAIN);
    for (std::string text : {"c", "d"}) {  // the handler does not wait
        EXPECT_EQ(body(text), BERTH_AGAIN);
        text.assign(1, '!');
    }
    http->end(handler.last_request, nullptr, 0);
    host.run();
    std::string bytes;
    for (const char* piece : {"a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"}) {
        bytes += "2\r\n" + std::string(piece) + "\r\n";
    }
    EXPECT_EQ(body_of(stream.output), bytes + "0\r\n\r\n");
}

// What a filter makes of its list of input is not what others read.
TEST_F(BodyPipeOfAnAnswer, may_get_back_more_than_the_filter_was_given) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool last) {
        if (last) {
            return pass(r, in, out);
        }
        const std::string text = take(in);
        for (int i = 0; i < 20; ++i) {
            put(r, in, text);
        }
        return berth_status{BERTH_OK};
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("ab"), BERTH_OK);
    http->end(handler.last_request, nullptr, 0);
    std::string all;
    for (int i = 0; i < 20; ++i) {
        all += "ab";
    }
    EXPECT_EQ(body_of(stream.output), "28\r\n" + all + "\r\n0\r\n\r\n");
}

TEST_F(BodyPipeOfAnAnswer, keeps_trailers_for_its_end) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool) {
        return pass_one(r, in, out);
    };
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    const berth_seg two[] = {sdk::permanent("a"), sdk::permanent("b")};
    http->body(handler.last_request, two, 2);
    std::string value = "ok";
    const berth_header trailer = {sdk::sv("status"), sdk::sv(value)};
    http->end(handler.last_request, &trailer, 1);
    value = "no";
    host.run();
    EXPECT_EQ(body_of(stream.output), "1\r\na\r\n1\r\nb\r\n0\r\nstatus: ok\r\n\r\n");
}

TEST_F(BodyPipeOfAnAnswer, is_refused_or_cut_off_when_a_filter_fails) {
    near.on_body = [this](berth_http_req* r, berth_segs& in, berth_segs& out, bool last) {
        put(r, out, "x");
        return last && in.n == 1 ? pass(r, in, out) : berth_status{BERTH_E_FAIL};
    };
    respond_with({"a", "b"});
    EXPECT_EQ(status_of(kGet), 500);
    start_with_length(BERTH_LENGTH_UNKNOWN);
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(body("a"), BERTH_E_FAIL);
    EXPECT_EQ(http->end(handler.last_request, nullptr, 0), BERTH_E_FAIL);
    host.run();
    EXPECT_TRUE(stream.gone);
}

// No other answer can take the place of one that is under way.
TEST_F(BodyPipeOfAnAnswer, is_cut_off_when_the_body_of_its_request_breaks) {
    near.on_body = [](berth_http_req*, berth_segs&, berth_segs&, bool) { return BERTH_PENDING; };
    respond_with({"a"});
    FakeStream& stream = connect();
    stream.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.receive("no size\r\n");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(BodyPipeOfAnAnswer, gives_everything_back_when_the_client_goes) {
    near.on_body = [](berth_http_req*, berth_segs&, berth_segs&, bool) { return BERTH_PENDING; };
    respond_with({"a", "b"});
    FakeStream& stream = connect();
    stream.receive(kGet);
    stream.reset();  // a leak is found by ASan
    EXPECT_EQ(handler.aborts, 0u);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(BodyPipeOfAnAnswer, has_no_length_for_a_client_that_wants_the_head_only) {
    EXPECT_EQ(without_date(exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")),
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
}

}  // namespace
}  // namespace berth::http
