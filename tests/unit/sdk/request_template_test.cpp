#include "berth/cpp/request_template.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::sdk {
namespace {

class RequestTemplateTest : public ::testing::Test {
protected:
    RequestTemplateTest() {
        request.path = sv("/a b/c");
        request.query = sv("x=1&y=%2F");
        request.authority = sv("example.com:8080");
        request.scheme = sv("http");
        groups = {"/whole", "one/two", "a&b=c%"};
    }

    std::optional<RequestTemplate> parse(std::string_view text) {
        return RequestTemplate::parse(text, 2, problem);
    }
    std::string location(std::string_view text) { return parse(text)->location(request, groups); }
    std::string target(std::string_view text) {
        const auto [path, query] = parse(text)->target(request, groups);
        return path + " ? " + query;
    }
    std::string location_problem(std::string_view text) { return parse(text)->location_problem(); }

    berth_http_req request{};
    PatternGroups groups;
    std::string problem;
};

using RequestTemplateNames = RequestTemplateTest;
using RequestTemplateLocation = RequestTemplateTest;
using RequestTemplateTarget = RequestTemplateTest;

TEST_F(RequestTemplateNames, AreKnownOrRefused) {
    EXPECT_TRUE(parse("{path}{query}{?query}{host}{scheme}{0}{1}{2}"));
    EXPECT_FALSE(parse("{3}"));
    EXPECT_EQ(problem, "{3} is none of {path}, {query}, {?query}, {host}, {scheme}, {0} to {2}");
    EXPECT_FALSE(RequestTemplate::parse("{0}", RequestTemplate::kNoGroups, problem));
    EXPECT_FALSE(parse("{path"));
}

TEST_F(RequestTemplateLocation, EncodesWhatCameWithTheRequest) {
    EXPECT_EQ(location("{scheme}://{host}{path}{?query}"), "http://example.com/a%20b/c?x=1&y=%2F");
    EXPECT_EQ(location("/{1}/{2}"), "/one/two/a&b=c%25");
    EXPECT_EQ(location("/?q={2}"), "/?q=a%26b%3Dc%25");
    EXPECT_EQ(location("/{?query}&more={2}"), "/?x=1&y=%2F&more=a%26b%3Dc%25");
}

TEST_F(RequestTemplateLocation, BeginsWithOneSlash) {
    groups[1] = "//evil.example";
    EXPECT_EQ(location("/{1}"), "/evil.example");
    EXPECT_EQ(location("https://example.com/{1}"), "https://example.com///evil.example");
}

TEST_F(RequestTemplateLocation, FixesItsHost) {
    for (const char* good :
         {"/", "/{1}", "{path}", "https://a.example", "https://a{path}", "https://{host}/{1}"}) {
        EXPECT_EQ(location_problem(good), "") << good;
    }
    for (const char* bad :
         {"https://{1}", "https://a.example{1}", "https://{host}{1}", "{1}", ""}) {
        EXPECT_NE(location_problem(bad), "") << bad;
    }
}

TEST_F(RequestTemplateTarget, KeepsTheQueryUnlessItHasOne) {
    EXPECT_EQ(target("/new/{1}"), "/new/one/two ? x=1&y=%2F");
    EXPECT_EQ(target("/new?p={2}"), "/new ? p=a%26b%3Dc%25");
    EXPECT_EQ(target("/new?{query}&p=1"), "/new ? x=1&y=%2F&p=1");
    EXPECT_EQ(target("/new{?query}"), "/new ? x=1&y=%2F");
    EXPECT_EQ(target("/new?"), "/new ? ");
}

TEST_F(RequestTemplateTarget, LeavesADecodedPathAsItIs) {
    groups[1] = "%41?b";
    EXPECT_EQ(target("{1}{path}"), "%41?b/a b/c ? x=1&y=%2F");
}

}  // namespace
}  // namespace berth::sdk
