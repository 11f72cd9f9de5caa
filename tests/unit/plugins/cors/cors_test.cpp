#include "support/plugin_fixture.h"

#include <string>

namespace {

using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;

class Cors : public berth::testing::PluginFixture {
protected:
    static berth_cfg settings(berth_cfg origins, bool credentials, berth_cfg headers) {
        return map({{"origins", std::move(origins)},
                    {"methods", list({"GET", "PUT"})},
                    {"headers", std::move(headers)},
                    {"expose", list({"X-Total"})},
                    {"credentials", credentials},
                    {"max_age", 600'000}});
    }

    void allow(berth_cfg origins,
               bool credentials = false,
               berth_cfg headers = list({"X-A", "X-B"})) {
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND,
                      "cors",
                      settings(std::move(origins), credentials, std::move(headers))),
                  BERTH_OK);
        serve({"cors"});
    }

    std::string from(const std::string& origin) { return get("/", "Origin: " + origin + "\r\n"); }
    std::string preflight(const std::string& origin, const std::string& more = "") {
        return exchange("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: " + origin +
                        "\r\nAccess-Control-Request-Method: PUT\r\n" + more + "\r\n");
    }
};

constexpr const char* kAllowed = "access-control-allow-origin";

TEST_F(Cors, lets_pages_of_an_origin_read_answers) {
    allow(list({"https://a.example"}));
    const std::string answer = from("https://a.example");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(field_of(answer, kAllowed), "https://a.example");
    EXPECT_EQ(field_of(answer, "access-control-expose-headers"), "X-Total");
    EXPECT_EQ(field_of(answer, "access-control-allow-credentials"), "(none)");
    EXPECT_EQ(field_of(answer, "access-control-allow-methods"), "(none)");
}

TEST_F(Cors, says_nothing_to_pages_of_others_and_serves_them) {
    allow(list({"https://a.example"}));
    const std::string answer = from("https://b.example");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(field_of(answer, kAllowed), "(none)");
    EXPECT_EQ(field_of(answer, "vary"), "Origin");
    EXPECT_EQ(field_of(get("/"), "vary"), "Origin");
}

TEST_F(Cors, allows_everybody_without_varying) {
    allow(list({"*"}));
    EXPECT_EQ(field_of(from("https://a.example"), kAllowed), "*");
    EXPECT_EQ(field_of(from("https://a.example"), "vary"), "(none)");
    EXPECT_EQ(field_of(get("/"), kAllowed), "(none)");
}

TEST_F(Cors, answers_a_preflight_before_anybody_else) {
    allow(list({"https://a.example"}));
    EXPECT_EQ(preflight("https://a.example"),
              "HTTP/1.1 204 No Content\r\nVary: Origin\r\n"
              "Access-Control-Allow-Origin: https://a.example\r\n"
              "Access-Control-Allow-Methods: GET, PUT\r\nAccess-Control-Max-Age: 600\r\n"
              "Access-Control-Allow-Headers: X-A, X-B\r\n\r\n");
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Cors, permits_nothing_to_a_preflight_from_elsewhere) {
    allow(list({"https://a.example"}));
    EXPECT_EQ(preflight("https://b.example"), "HTTP/1.1 204 No Content\r\nVary: Origin\r\n\r\n");
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Cors, leaves_other_options_requests_to_the_handler) {
    allow(list({"https://a.example"}));
    exchange("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\r\n");
    exchange("OPTIONS / HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
    EXPECT_EQ(handler.requests, 2u);
}

TEST_F(Cors, lets_credentials_through_for_named_origins) {
    allow(list({"https://*.example"}), true);
    EXPECT_EQ(field_of(from("https://a.example"), kAllowed), "https://a.example");
    EXPECT_EQ(field_of(from("https://a.example"), "access-control-allow-credentials"), "true");
    EXPECT_EQ(field_of(from("https://b.other"), "access-control-allow-credentials"), "(none)");
}

TEST_F(Cors, repeats_the_fields_asked_for_where_a_star_would_be_a_name) {
    allow(list({"https://a.example"}), true, list({"*"}));
    const char* const kHeaders = "access-control-allow-headers";
    const std::string answer =
        preflight("https://a.example", "Access-Control-Request-Headers: x-a,x-b\r\n");
    EXPECT_EQ(field_of(answer, kHeaders), "x-a,x-b");
    EXPECT_EQ(field_of(answer, "vary"), "Origin, Access-Control-Request-Headers");
    for (const char* bad : {"x-a, authorization", "x a", "x-a;"}) {
        EXPECT_EQ(
            field_of(preflight("https://a.example",
                               std::string("Access-Control-Request-Headers: ") + bad + "\r\n"),
                     kHeaders),
            "*");
    }
}

TEST_F(Cors, replaces_what_the_handler_says) {
    allow(list({"https://a.example"}));
    handler.on_request = [this](berth_http_req* r) {
        return reply(r, 200, {{"Access-Control-Allow-Origin", "*"}, {"vary", "origin"}}, "");
    };
    EXPECT_EQ(field_of(from("https://b.example"), kAllowed), "(none)");
    EXPECT_EQ(field_of(from("https://a.example"), kAllowed), "https://a.example");
    EXPECT_EQ(field_of(from("https://a.example"), "vary"), "origin");
}

TEST_F(Cors, refuses_everybody_with_credentials_and_what_is_no_origin) {
    void* inst = nullptr;
    for (const auto& origins : {list({"https://a.example", "*"}), list({"https://a.example/"})}) {
        EXPECT_EQ(
            host.create(BERTH_HTTP_FILTER_KIND, "cors", settings(origins, true, list({})), &inst),
            BERTH_E_INVAL);
    }
    EXPECT_NE(host.failures[0].find("credentials"), std::string::npos);
    EXPECT_NE(host.failures[1].find("path"), std::string::npos);
}

}  // namespace
