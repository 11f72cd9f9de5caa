#include "support/plugin_fixture.h"

#include "berth/cpp/text.hpp"

#include <string>

namespace {

using berth::sdk::view;
using berth::testing::body_of;
using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;

class Rewrite : public berth::testing::PluginFixture {
protected:
    // The handler answers with the path and query that it sees.
    Rewrite() {
        handler.on_request = [this](berth_http_req* r) {
            return reply(
                r, 200, {}, std::string(view(r->path)) + "?" + std::string(view(r->query)));
        };
    }

    void rule(const char* match, const char* to, const char* as = "rewrite", int status = 0) {
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND,
                      "rewrite",
                      map({{"match", match}, {"to", to}, {"status", status}}),
                      as),
                  BERTH_OK);
    }

    std::string complaint(const char* match, const char* to) {
        EXPECT_EQ(use(BERTH_HTTP_FILTER_KIND, "rewrite", map({{"match", match}, {"to", to}})),
                  BERTH_E_INVAL);
        return host.failures.empty() ? "" : host.failures.back();
    }

    std::string seen(std::string_view target) { return std::string(body_of(get(target))); }
};

TEST_F(Rewrite, gives_a_matching_request_another_path) {
    rule("^/old/(.*)$", "/new/{1}");
    serve({"rewrite"});
    EXPECT_EQ(seen("/old/a/b?x=1"), "/new/a/b?x=1");
    EXPECT_EQ(seen("/older/a"), "/older/a?");
}

TEST_F(Rewrite, may_set_the_query) {
    rule("^/news/([0-9]+)/(.*)$", "/article?id={1}&title={2}");
    serve({"rewrite"});
    EXPECT_EQ(seen("/news/7/a%26b?x=1"), "/article?id=7&title=a%26b");
}

TEST_F(Rewrite, neither_decodes_again_nor_leaves_the_root) {
    rule("^/get/(.*)$", "/files/{1}");
    serve({"rewrite"});
    EXPECT_EQ(seen("/get/%252e%252e/x"), "/files/%2e%2e/x?");
    EXPECT_EQ(seen("/get/a%3fb"), "/files/a?b?");
    rule("^/up/(.*)$", "/../{1}", "up");
    serve({"up"});
    EXPECT_EQ(status_of_answer(get("/up/x")), 500);
    rule("^/dots/(.*)$", "/a//./{1}/../b", "dots");
    serve({"dots"});
    EXPECT_EQ(seen("/dots/x"), "/a/b?");
}

TEST_F(Rewrite, matches_every_byte) {
    rule("^/secret/.*$", "/denied");
    serve({"rewrite"});
    EXPECT_EQ(seen("/secret/%0a"), "/denied?");
    EXPECT_EQ(seen("/secret/%ff"), "/denied?");
}

TEST_F(Rewrite, moves_a_request_once) {
    rule("^/(.*)$", "/app/{1}");
    serve({"rewrite"});
    EXPECT_EQ(seen("/a"), "/app/a?");
}

TEST_F(Rewrite, is_followed_by_other_rules) {
    rule("^/a$", "/b", "one");
    rule("^/b$", "/c", "two");
    serve({"two", "one"});
    EXPECT_EQ(seen("/a"), "/c?");
}

TEST_F(Rewrite, goes_to_the_route_of_the_new_path_and_through_its_filters) {
    rule("^/old/(.*)$", "/new/{1}", "site");
    rule("^/new/(.*)$", "/newest/{1}", "route");
    serve_routes(list({map({{"path", "/old/*"},
                            {"filters", list({map({{"site", map({})}})})},
                            {"scripted", map({})}}),
                       map({{"path", "/new/*"},
                            {"filters", list({map({{"route", map({})}})})},
                            {"scripted", map({})}}),
                       map({{"path", "/newest/*"}, {"scripted", map({})}})}));
    EXPECT_EQ(seen("/old/x"), "/newest/x?");
    EXPECT_EQ(handler.requests, 1u);
}

TEST_F(Rewrite, sends_the_client_away_when_it_has_a_status) {
    rule("^/old/(.*)$", "https://example.com/{1}{?query}", "rewrite", 301);
    serve({"rewrite"});
    const std::string answer = get("/old/a%20b?c=d");
    EXPECT_EQ(status_of_answer(answer), 301);
    EXPECT_EQ(field_of(answer, "location"), "https://example.com/a%20b?c=d");
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Rewrite, refuses_what_it_cannot_do) {
    EXPECT_NE(complaint("^/(", "/").find("RE2"), std::string::npos);
    EXPECT_NE(complaint("^/(?=a)", "/").find("RE2"), std::string::npos);
    EXPECT_NE(complaint("^/a$", "/{1}").find("{1} is none of"), std::string::npos);
    EXPECT_NE(complaint("^/a$", "https://example.com/").find("status"), std::string::npos);
    EXPECT_NE(complaint("^/a$", "a").find("begins with /"), std::string::npos);
}

}  // namespace
