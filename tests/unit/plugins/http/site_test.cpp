#include "http_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

class SiteTest : public HttpFixture {
protected:
    // A handler that answers with its name.
    void named(ScriptedHandler& other, const char* text) {
        other.on_request = [this, text](berth_http_req* r) { return reply(r, text); };
        host.make_usable(other.factory(), &other);
    }

    std::string get(std::string_view host_name,
                    std::string_view path = "/",
                    uint32_t listener = 0) {
        FakeStream& stream = connect(listener);
        std::string request = "GET ";
        request.append(path).append(" HTTP/1.1\r\nHost: ").append(host_name).append("\r\n\r\n");
        stream.receive(request);
        return stream.output;
    }
};

TEST_F(SiteTest, are_chosen_by_host) {
    ScriptedHandler a("a"), b("b"), c("c"), rest("rest");
    named(a, "a");
    named(b, "b");
    named(c, "c");
    named(rest, "rest");
    configure_sites(list({
        map({{"site", "a"},
             {"hosts", list({"a.example", "A2.example"})},
             {"listen", list({listen(0)})},
             {"a", map({})}}),
        map({{"site", "b"},
             {"hosts", list({"*.example"})},
             {"listen", list({listen(0)})},
             {"b", map({})}}),
        map({{"site", "c"},
             {"hosts", list({"*.deep.example"})},
             {"listen", list({listen(0), listen(1)})},
             {"c", map({})}}),
        map({{"site", "rest"}, {"listen", list({listen(0)})}, {"rest", map({})}}),
    }));
    const std::pair<const char*, const char*> cases[] = {
        {"a.example", "a"},
        {"A.EXAMPLE:8080", "a"},
        {"a.example.", "a"},
        {"a2.example", "a"},
        {"x.example", "b"},
        {"x.y.example", "rest"},
        {"example", "rest"},
        {"x.deep.example", "c"},
        {"deep.example", "b"},
        {"other.test", "rest"},
        {"127.0.0.1", "rest"},
        {"[::1]:80", "rest"},
    };
    for (const auto& [name, answer] : cases) {
        EXPECT_EQ(body_of(get(name)), answer) << name;
    }
    EXPECT_EQ(body_of(get("x.deep.example", "/", 1)), "c");
    EXPECT_EQ(status_of_answer(get("a.example", "/", 1)), 421);  // not a name of that listener
    connect(1).receive("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(c.requests, 3);  // without a name: the first site
    for (ScriptedHandler* each : {&a, &b, &c, &rest}) {
        EXPECT_EQ(each->requests, each->destroys);
    }
}

TEST_F(SiteTest, tell_handlers_what_of_the_path_their_route_names) {
    ScriptedHandler told("told");
    told.on_request = [this](berth_http_req* r) {
        return reply(r, std::to_string(r->route_prefix));
    };
    host.make_usable(told.factory(), &told);
    const auto route = [](const char* path) { return map({{"path", path}, {"told", map({})}}); };
    configure_sites(list({map(
        {{"site", "s"},
         {"listen", list({listen(0)})},
         {"routes", list({route("/assets/*"), route("/exact"), route("*.txt"), route("/*")})}})}));
    const std::pair<const char*, const char*> cases[] = {{"/assets/x", "7"},
                                                         {"/%61ssets/", "7"},
                                                         {"/exact", "0"},
                                                         {"/a.txt", "0"},
                                                         {"/assets", "0"}};
    for (const auto& [path, size] : cases) {
        EXPECT_EQ(body_of(get("a", path)), size) << path;
    }
}

TEST_F(SiteTest, try_their_routes_in_order) {
    ScriptedHandler exact("exact"), below("below"), suffix("suffix"), header("header");
    named(exact, "exact");
    named(below, "below");
    named(suffix, "suffix");
    named(header, "header");
    configure_sites(list({map({
        {"site", "s"},
        {"listen", list({listen(0)})},
        {"routes",
         list({
             map({{"path", "/a"}, {"exact", map({})}}),
             map({{"path", "/a/*"}, {"below", map({})}}),
             map({{"path", "*.txt"}, {"suffix", map({})}}),
             map({{"path", "/h"}, {"headers", map({{"X-Kind", "b"}})}, {"header", map({})}}),
             map({{"path", "/p"}, {"methods", list({"POST", "BREW"})}, {"exact", map({})}}),
         })},
    })}));
    EXPECT_EQ(body_of(get("a", "/a")), "exact");
    EXPECT_EQ(body_of(get("a", "/a/b")), "below");
    EXPECT_EQ(body_of(get("a", "/a/")), "below");
    EXPECT_EQ(body_of(get("a", "/x/b.txt")), "suffix");
    EXPECT_EQ(body_of(get("a", "/a/b.txt")), "below");
    EXPECT_EQ(body_of(get("a", "/%61")), "exact");
    EXPECT_EQ(status_of_answer(get("a", "/ab")), 404);
    EXPECT_EQ(status_of_answer(get("a", "/h")), 404);
    EXPECT_EQ(body_of(exchange("GET /h HTTP/1.1\r\nHost: a\r\nx-kind: b\r\n\r\n")), "header");
    const std::string refused = get("a", "/p");
    EXPECT_EQ(status_of_answer(refused), 405);
    EXPECT_NE(refused.find("Allow: POST, BREW\r\n"), std::string::npos);
    EXPECT_EQ(status_of("BREW /p HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST_F(SiteTest, without_tls_redirect_to_the_listener_that_has_it) {
    configure_sites(list({map(
        {{"site", "s"}, {"listen", list({listen(0), listen(1, true)})}, {"scripted", map({})}})}));
    const std::string answer = get("Shop.example:8080", "/a%20b?q=1");
    EXPECT_EQ(status_of_answer(answer), 308);
    EXPECT_NE(answer.find("Location: https://shop.example:8443/a%20b?q=1\r\n"), std::string::npos);
    const auto target_of = [this](const std::string& raw) {
        const std::string said = exchange("GET " + raw + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const size_t at = said.find("https://a:8443");
        return said.substr(at + 14, said.find("\r\n", at) - at - 14);
    };
    EXPECT_EQ(target_of("http://a/x"), "/x");
    EXPECT_EQ(target_of("http://a"), "/");
    EXPECT_EQ(target_of("http://a?to=/x"), "/?to=/x");
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(SiteTest, with_tls_send_those_who_speak_in_clear_to_the_same_port) {
    configure_sites(list({map({{"site", "s"},
                               {"hosts", list({"shop.example"})},
                               {"listen", list({listen(0, true)})},
                               {"redirect_to_https", false},
                               {"scripted", map({})}})}));
    FakeStream& stream = connect_in_clear();
    stream.receive("GET /a%20b?q=1 HTTP/1.1\r\nHost: Shop.example:9443\r\n\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 308);
    EXPECT_NE(stream.output.find("Location: https://shop.example:9443/a%20b?q=1\r\n"),
              std::string::npos)
        << stream.output;
    for (const char* text : {"GET / HTTP/1.1\r\nHost: other\r\n\r\n",
                             "EHLO me\r\n",
                             "PRI * "
                             "HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
        FakeStream& other = connect_in_clear();
        other.receive(text);
        EXPECT_GE(status_of_answer(other.output), 400) << text;
    }
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(SiteTest, serve_plain_requests_beside_tls_when_told_to) {
    configure_sites(list({map({{"site", "s"},
                               {"listen", list({listen(0), listen(1, true)})},
                               {"redirect_to_https", false},
                               {"scripted", map({})}})}));
    EXPECT_EQ(status_of_answer(get("a")), 200);
}

TEST_F(SiteTest, over_tls_say_so_to_the_handler) {
    configure_sites(
        list({map({{"site", "s"}, {"listen", list({listen(0, true)})}, {"scripted", map({})}})}));
    handler.on_request = [this](berth_http_req* r) {
        EXPECT_EQ(r->secure, 1);
        EXPECT_EQ(sdk::view(r->scheme), "https");
        return reply(r, "");
    };
    EXPECT_EQ(status_of_answer(get("a")), 200);
}

TEST_F(SiteTest, with_own_tls_rules_are_not_reached_through_another_handshake) {
    const auto site = [](const char* name, bool strict) {
        return map({{"site", name},
                    {"hosts", list({std::string(name) + ".example"})},
                    {"listen", list({listen(0, true)})},
                    {"tls_strict", strict},
                    {"scripted", map({})}});
    };
    configure_sites(list({site("open", false), site("plain", false), site("closed", true)}));
    const auto ask = [&](std::string_view handshake, const char* name) {
        FakeStream& stream = connect_as(handshake);
        stream.receive("GET / HTTP/1.1\r\nHost: " + std::string(name) + ".example\r\n\r\n");
        return status_of_answer(stream.output);
    };
    EXPECT_EQ(ask("open", "open"), 200);
    EXPECT_EQ(ask("open", "plain"), 200);
    EXPECT_EQ(ask("open", "closed"), 421);
    EXPECT_EQ(ask("closed", "open"), 421);
    EXPECT_EQ(ask("closed", "closed"), 200);
}

TEST_F(SiteTest, with_a_handler_in_quarantine_answer_503) {
    host.quarantine("scripted");
    configure();
    EXPECT_EQ(status_of_answer(get("a")), 503);
}

TEST_F(SiteTest, have_no_routes_that_answer_nothing) {
    void* inst = nullptr;
    const berth_cfg blind = list({map({{"site", "s"},
                                       {"listen", list({listen(0)})},
                                       {"routes", list({map({{"path", "/a"}})})}})});
    EXPECT_EQ(host.create(BERTH_PROTOCOL_KIND, "http", blind, &inst), BERTH_E_INVAL);
    EXPECT_EQ(host.failures.size(), 1u);
}

}  // namespace
}  // namespace berth::http
