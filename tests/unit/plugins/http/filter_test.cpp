#include "http_fixture.h"
#include "scripted_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class Filter : public HttpFixture {
protected:
    Filter() {
        for (ScriptedFilter* filter : {&first, &second}) {
            host.make_usable(filter->factory(), filter);
        }
        handler.on_request = [this](berth_http_req* r) {
            story.emplace_back("handler");
            EXPECT_EQ(r->user, nullptr);
            return reply(r, "hi");
        };
    }

    void configure_both() {
        configure({{"filters", list({map({{"first", map({})}}), map({{"second", map({})}})})}});
    }

    std::vector<std::string> story;
    ScriptedFilter first{"first", BERTH_PHASE_ACCESS, story, BERTH_FAC_FAIL_CLOSED};
    ScriptedFilter second{"second", BERTH_PHASE_TRANSFORM, story};
};

using Story = std::vector<std::string>;

TEST_F(Filter, sees_the_request_in_order_and_the_answer_in_reverse) {
    configure_both();
    EXPECT_EQ(status_of(kGet), 200);
    EXPECT_EQ(story,
              (Story{"first request",
                     "second request",
                     "handler",
                     "second response",
                     "first response",
                     "first log",
                     "second log",
                     "first destroy",
                     "second destroy"}));
}

TEST_F(Filter, order_is_by_phase_before_the_order_of_the_configuration) {
    configure({{"filters", list({map({{"second", map({})}}), map({{"first", map({})}})})}});
    exchange(kGet);
    EXPECT_EQ(story[0], "first request");
}

TEST_F(Filter, of_a_site_runs_before_those_of_a_route) {
    ScriptedFilter site_wide("sitewide", BERTH_PHASE_TRANSFORM, story);
    host.make_usable(site_wide.factory(), &site_wide);
    configure_sites(list({map({
        {"site", "s"},
        {"listen", list({listen(0)})},
        {"filters", list({map({{"sitewide", map({})}})})},
        {"routes",
         list({map({{"path", "/a"},
                    {"filters", list({map({{"second", map({})}})})},
                    {"scripted", map({})}}),
               map({{"path", "/*"}, {"scripted", map({})}})})},
    })}));
    exchange("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ((Story{story.begin(), story.begin() + 3}),
              (Story{"sitewide request", "second request", "handler"}));
    story.clear();
    exchange("GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ((Story{story.begin(), story.begin() + 2}), (Story{"sitewide request", "handler"}));
}

TEST_F(Filter, may_answer_itself) {
    configure_both();
    first.on_request = [this](berth_http_req* r) {
        reply(r, "mine");
        return BERTH_DECLINED;
    };
    EXPECT_EQ(body_of(exchange(kGet)), "mine");
    EXPECT_EQ(
        story,
        (Story{"first request", "first response", "first log", "second log", "first destroy"}));
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Filter, that_fails_answers_500_or_503_when_it_must_not_be_skipped) {
    configure_both();
    second.on_request = [](berth_http_req*) { return BERTH_E_FAIL; };
    EXPECT_EQ(status_of(kGet), 500);
    first.on_request = [](berth_http_req*) { return BERTH_E_FAIL; };
    EXPECT_EQ(status_of(kGet), 503);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Filter, may_take_its_time) {
    configure_both();
    berth_http_req* waiting = nullptr;
    first.on_request = [&](berth_http_req* r) {
        waiting = r;
        return BERTH_PENDING;
    };
    FakeStream& stream = connect();
    stream.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_EQ(handler.requests, 0u);
    EXPECT_EQ(http->filter_resume(waiting, BERTH_PENDING), BERTH_E_INVAL);
    EXPECT_EQ(http->filter_resume(waiting, BERTH_OK), BERTH_OK);
    EXPECT_EQ(http->filter_resume(waiting, BERTH_OK), BERTH_E_STATE);
    EXPECT_EQ(handler.requests, 0u);  // not inside the filter's call
    host.run();
    EXPECT_EQ(handler.requests, 1u);
    EXPECT_EQ(status_of_answer(stream.output), 200);
    EXPECT_FALSE(stream.paused);
    EXPECT_TRUE(stream.kept.empty());
}

TEST_F(Filter, may_refuse_after_a_while) {
    configure_both();
    berth_http_req* waiting = nullptr;
    first.on_request = [&](berth_http_req* r) {
        waiting = r;
        return BERTH_PENDING;
    };
    FakeStream& stream = connect();
    stream.receive(kGet);
    http->filter_resume(waiting, BERTH_E_DENIED);
    host.run();
    EXPECT_EQ(status_of_answer(stream.output), 503);
}

TEST_F(Filter, may_be_cut_off_while_it_waits) {
    configure_both();
    first.on_request = [](berth_http_req*) { return BERTH_PENDING; };
    FakeStream& stream = connect();
    stream.receive(kGet);
    stream.reset();
    EXPECT_EQ(story, (Story{"first request", "first log", "second log", "first destroy"}));
}

TEST_F(Filter, may_change_the_answer) {
    configure_both();
    second.on_response = [this](berth_http_req* r, berth_http_resp* response) {
        auto* fields = static_cast<berth_header*>(
            berth_alloc(&host.table(), r->arena, 2 * sizeof(berth_header)));
        fields[0] = response->headers[0];
        fields[1] = {sdk::sv("x-added"), sdk::sv("yes")};
        response->headers = fields;
        response->n_headers = 2;
        response->status = 203;
        return BERTH_OK;
    };
    const std::string answer = exchange(kGet);
    EXPECT_EQ(status_of_answer(answer), 203);
    EXPECT_NE(answer.find("x-added: yes\r\n"), std::string::npos);
    EXPECT_EQ(second.logged_head, "203 content-type x-added");
    EXPECT_EQ(second.logged_bytes, 2u);
}

// Not even the page that says so gets through.
TEST_F(Filter, that_fails_with_every_answer_cuts_the_connection) {
    configure_both();
    second.on_response = [](berth_http_req*, berth_http_resp*) { return BERTH_E_FAIL; };
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(stream.output, "");
    EXPECT_TRUE(stream.gone);
    EXPECT_EQ(handler.destroys, 1u);
}

TEST_F(Filter, may_not_invent_a_status) {
    configure_both();
    for (const uint32_t status : {0, 101, 600, 100'000}) {
        first.on_response = [status](berth_http_req*, berth_http_resp* response) {
            response->status = response->status == 500 ? 500 : status;
            return BERTH_OK;
        };
        EXPECT_EQ(status_of(kGet), 500) << status;
    }
    first.on_response = [](berth_http_req*, berth_http_resp* response) {
        response->status = 100'000;
        return BERTH_OK;
    };
    EXPECT_EQ(exchange(kGet), "");
    EXPECT_EQ(first.logged_head, "0");
}

TEST_F(Filter, may_name_the_user) {
    configure({{"filters", list({map({{"first", map({})}})})},
               {"access_log", map({{"format", "common"}, {"to", "log"}})}});
    std::string seen = "nothing";
    handler.on_request = [&](berth_http_req* r) {
        seen = sdk::view(r->login);
        return reply(r, "hi");
    };
    exchange(kGet);
    EXPECT_EQ(seen, "");
    first.on_request = [this](berth_http_req* r) {
        std::string name = "ada l";
        EXPECT_EQ(http->set_login(r, sdk::sv("a\rb")), BERTH_E_INVAL);
        const berth_status status = http->set_login(r, sdk::sv(name));
        name = "overwritten";
        return status;
    };
    exchange(kGet);
    EXPECT_EQ(seen, "ada l");
    const std::string& log = host.logs["log"];
    EXPECT_EQ(log.substr(0, log.find('[')), "192.0.2.1 - - ");
    const std::string second_line = log.substr(log.find('\n') + 1);
    EXPECT_EQ(second_line.substr(0, second_line.find('[')), "192.0.2.1 - ada\\x20l ");
}

TEST_F(Filter, may_set_fields_of_the_request) {
    configure_both();
    first.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(http->set_header(r, sdk::sv("X-User"), sdk::sv("ada")), BERTH_OK);
        EXPECT_EQ(http->set_header(r, sdk::sv("cookie"), sdk::sv("c=3")), BERTH_OK);
        EXPECT_EQ(http->set_header(r, sdk::sv("a b"), sdk::sv("")), BERTH_E_INVAL);
        EXPECT_EQ(http->set_header(r, sdk::sv("a"), sdk::sv("x\r\ny")), BERTH_E_INVAL);
        return BERTH_OK;
    };
    handler.on_request = [&](berth_http_req* r) {
        EXPECT_EQ(r->n_headers, 3u);
        EXPECT_EQ(sdk::view(r->headers[0].name), "host");
        EXPECT_EQ(sdk::view(r->headers[1].name), "x-user");
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_COOKIE)), "c=3");
        EXPECT_EQ(sdk::view(berth_known(r, BERTH_H_HOST)), "a");
        return reply(r, "");
    };
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nCookie: a=1\r\nHost: a\r\nCookie: b=2\r\n\r\n"), 200);
}

TEST_F(Filter, sees_answers_that_no_route_gave) {
    configure_sites(list({map({
        {"site", "s"},
        {"listen", list({listen(0)})},
        {"filters", list({map({{"first", map({})}})})},
        {"routes", list({map({{"path", "/a"}, {"scripted", map({})}})})},
    })}));
    EXPECT_EQ(status_of(kGet), 404);
    EXPECT_EQ(story[1], "first response");
}

TEST_F(Filter, of_a_declining_handlers_next_route_runs) {
    configure_sites(list({map({
        {"site", "s"},
        {"listen", list({listen(0)})},
        {"routes",
         list({map({{"path", "/*"},
                    {"filters", list({map({{"first", map({})}})})},
                    {"scripted", map({})}}),
               map({{"path", "/*"},
                    {"filters", list({map({{"second", map({})}})})},
                    {"scripted", map({})}})})},
    })}));
    handler.on_request = [this](berth_http_req* r) {
        return handler.requests == 1 ? berth_status{BERTH_DECLINED} : reply(r, "second");
    };
    EXPECT_EQ(body_of(exchange(kGet)), "second");
    EXPECT_EQ(story,
              (Story{"first request",
                     "first destroy",
                     "second request",
                     "second response",
                     "second log",
                     "second destroy"}));
}

TEST_F(Filter, may_send_the_request_to_another_route) {
    configure_sites(list({map({
        {"site", "s"},
        {"listen", list({listen(0)})},
        {"filters", list({map({{"first", map({})}})})},
        {"routes",
         list({map({{"path", "/a"},
                    {"filters", list({map({{"second", map({})}})})},
                    {"scripted", map({})}}),
               map({{"path", "/b/*"}, {"scripted", map({})}})})},
    })}));
    second.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(http->reroute(r, sdk::sv("/b//c/../%41"), sdk::sv("x=1")), BERTH_OK);
        return BERTH_OK;
    };
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(sdk::view(r->path), "/b/%41");
        EXPECT_EQ(sdk::view(r->query), "x=1");
        EXPECT_EQ(sdk::view(r->raw_target), "/a?y");
        EXPECT_EQ(r->reroutes, 1u);
        return reply(r, "hi");
    };
    EXPECT_EQ(status_of("GET /a?y HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    EXPECT_EQ(story,
              (Story{"first request",
                     "second request",
                     "second destroy",
                     "first request again",
                     "first response",
                     "first log",
                     "first destroy"}));
}

TEST_F(Filter, may_send_a_request_round_in_circles_for_a_while) {
    configure_both();
    second.on_request = [this](berth_http_req* r) {
        return http->reroute(r, sdk::sv("/"), sdk::sv(""));
    };
    EXPECT_EQ(status_of(kGet), 500);
    EXPECT_EQ(std::count(story.begin(), story.end(), "second request again"), 10);
    EXPECT_EQ(std::count(story.begin(), story.end(), "second destroy"), 1);
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"reroutes\"}"), 1u);
}

TEST_F(Filter, may_only_name_paths_and_queries_that_exist) {
    configure_both();
    first.on_request = [this](berth_http_req* r) {
        for (const char* path : {"", "a", "/..", "*"}) {
            EXPECT_EQ(http->reroute(r, sdk::sv(path), sdk::sv("")), BERTH_E_INVAL) << path;
        }
        for (const char* query : {"a b", "a\r\n", "#"}) {
            EXPECT_EQ(http->reroute(r, sdk::sv("/"), sdk::sv(query)), BERTH_E_INVAL) << query;
        }
        return BERTH_OK;
    };
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(http->reroute(r, sdk::sv("/"), sdk::sv("")), BERTH_E_STATE);
        return reply(r, "hi");
    };
    EXPECT_EQ(status_of(kGet), 200);
}

TEST_F(Filter, may_send_the_request_elsewhere_after_a_while) {
    configure_both();
    berth_http_req* waiting = nullptr;
    first.on_request = [&](berth_http_req* r) {
        const bool again = waiting != nullptr;
        waiting = r;
        return again ? BERTH_OK : BERTH_PENDING;
    };
    FakeStream& stream = connect();
    stream.receive(kGet);
    EXPECT_EQ(http->reroute(waiting, sdk::sv("/b"), sdk::sv("")), BERTH_OK);
    EXPECT_EQ(handler.requests, 0u);
    http->filter_resume(waiting, BERTH_OK);
    host.run();
    EXPECT_EQ(handler.events.front(), "request /b");
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

TEST_F(Filter, in_quarantine_is_skipped_unless_it_must_not_be) {
    host.quarantine("second");
    configure_both();
    EXPECT_EQ(status_of(kGet), 200);
    EXPECT_EQ(story[1], "handler");
}

TEST_F(Filter, in_quarantine_that_guards_answers_503) {
    host.quarantine("first");
    configure_both();
    EXPECT_EQ(status_of(kGet), 503);
    EXPECT_EQ(handler.requests, 0u);
}

}  // namespace
}  // namespace berth::http
