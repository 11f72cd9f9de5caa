#include "support/plugin_fixture.h"

#include <string>

namespace {

using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;

class Redirect : public berth::testing::PluginFixture {
protected:
    void redirect_to(const char* to, int status = 307) {
        const berth_cfg settings = map({{"to", to}, {"status", status}});
        ASSERT_EQ(use(BERTH_HTTP_HANDLER_KIND, "redirect", settings), BERTH_OK);
        serve_routes(list({map({{"path", "/*"}, {"redirect", map({})}})}));
    }

    std::string location(std::string_view target) { return field_of(get(target), "location"); }

    std::string complaint(const char* to) {
        const berth_cfg settings = map({{"to", to}, {"status", 307}});
        EXPECT_EQ(use(BERTH_HTTP_HANDLER_KIND, "redirect", settings), BERTH_E_INVAL) << to;
        return host.failures.empty() ? "" : host.failures.back();
    }
};

TEST_F(Redirect, answers_with_the_address_and_no_body) {
    redirect_to("https://example.com/new", 308);
    EXPECT_EQ(get("/old"),
              "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://example.com/new\r\n"
              "Content-Length: 0\r\n\r\n");
}

TEST_F(Redirect, keeps_path_and_query) {
    redirect_to("https://example.com{path}{?query}");
    EXPECT_EQ(location("/a/b?c=d&e=%20"), "https://example.com/a/b?c=d&e=%20");
    EXPECT_EQ(location("/a"), "https://example.com/a");
}

TEST_F(Redirect, names_the_host_that_was_asked_for) {
    redirect_to("https://{host}{path}");
    EXPECT_EQ(field_of(exchange("GET /x HTTP/1.1\r\nHost: A.example:8080\r\n\r\n"), "location"),
              "https://a.example/x");
    EXPECT_EQ(field_of(exchange("GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "location"),
              "https://[::1]/x");
}

TEST_F(Redirect, to_a_host_that_was_not_given_is_an_error) {
    redirect_to("https://{host}/");
    EXPECT_EQ(berth::testing::status_of_answer(exchange("GET / HTTP/1.0\r\n\r\n")), 400);
}

TEST_F(Redirect, encodes_what_came_with_the_request) {
    redirect_to("{path}{?query}");
    EXPECT_EQ(location("/a%0d%0aSet-Cookie:%20x=1"), "/a%0D%0ASet-Cookie:%20x=1");
    EXPECT_EQ(location("/%25%3f%22%5c%c3%a9"), "/%25%3F%22%5C%C3%A9");
    EXPECT_EQ(location("/?a=\"<b>"), "/?a=%22%3Cb%3E");
}

TEST_F(Redirect, never_leads_to_a_host_of_the_clients_choice) {
    redirect_to("/{path}");
    EXPECT_EQ(location("//evil.example/"), "/evil.example/");
    EXPECT_EQ(location("/%5cevil.example/"), "/%5Cevil.example/");
}

TEST_F(Redirect, refuses_targets_that_let_the_client_choose) {
    for (const char* to : {"https://{query}/",
                           "https://example.com{query}",
                           "https://{path}",
                           "https://",
                           "https:///x",
                           "//example.com/",
                           "example.com/",
                           "{host}/",
                           "javascript:alert(1)"}) {
        EXPECT_NE(complaint(to), "") << to;
    }
}

TEST_F(Redirect, refuses_targets_that_no_field_could_hold) {
    EXPECT_NE(complaint("/a b").find("%XX"), std::string::npos);
    EXPECT_NE(complaint("/a\r\nX: y").find("%XX"), std::string::npos);
    EXPECT_NE(complaint("/{path").find("brace"), std::string::npos);
    EXPECT_NE(complaint("/{pfad}").find("{pfad} is none of {path}"), std::string::npos);
    EXPECT_NE(complaint("/{1}").find("{1} is none of"), std::string::npos);
}

}  // namespace
