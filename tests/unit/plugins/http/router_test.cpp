#include "router.h"

#include "known_fields.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth::http {
namespace {

TEST(RouterPath, patterns_match_as_the_schema_says) {
    struct Case {
        const char *pattern, *path;
        bool matches;
    };
    const Case cases[] = {
        {"/*", "/", true},
        {"/*", "/a/b", true},
        {"/*", "*", true},
        {"/a", "/a", true},
        {"/a", "/a/", false},
        {"/a", "/A", false},
        {"/a", "/ab", false},
        {"/a/*", "/a/", true},
        {"/a/*", "/a/b/c", true},
        {"/a/*", "/a", false},
        {"/a/*", "/ab/c", false},
        {"*.txt", "/a.txt", true},
        {"*.txt", "/.txt", true},
        {"*.txt", "/a.txt/", false},
        {"*.txt", "txt", false},
        {"/", "/", true},
        {"/", "/a", false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(PathPattern::parse(c.pattern).matches(c.path), c.matches)
            << c.pattern << ' ' << c.path;
    }
}

TEST(RouterHosts, exact_names_come_first_then_wildcards_of_one_label) {
    Site exact, wide, narrow, nameless;
    exact.hosts = {"a.example", "x.deep.example"};
    wide.hosts = {"*.example"};
    narrow.hosts = {"*.deep.example", "b.example"};
    HostTable table;
    EXPECT_TRUE(table.empty());
    for (Site* site : {&wide, &exact, &narrow}) {
        table.add(*site);
    }
    table.finish();
    EXPECT_EQ(&table.first(), &wide);
    EXPECT_EQ(table.find("a.example"), &exact);
    EXPECT_EQ(table.find("b.example"), &narrow);
    EXPECT_EQ(table.find("c.example"), &wide);
    EXPECT_EQ(table.find("x.deep.example"), &exact);
    EXPECT_EQ(table.find("y.deep.example"), &narrow);
    EXPECT_EQ(table.find("deep.example"), &wide);
    for (const char* name :
         {"example", ".example", "a.b.example", "a.example.", "aexample", "other", ""}) {
        EXPECT_EQ(table.find(name), nullptr) << name;
    }
    table.add(nameless);
    EXPECT_EQ(table.find("other"), &nameless);
    EXPECT_EQ(table.find("a.example"), &exact);
}

// Routes by number: 0 GET and HEAD of /a, 1 POST of what is below /a/ with a field, 2 BREW of all.
class RouterRoutes : public ::testing::Test {
protected:
    RouterRoutes() {
        site_.routes.resize(3);
        site_.routes[0].path = PathPattern::parse("/a");
        site_.routes[0].methods = 1 << BERTH_M_GET | 1 << BERTH_M_HEAD;
        site_.routes[1].path = PathPattern::parse("/a/*");
        site_.routes[1].methods = 1 << BERTH_M_POST;
        site_.routes[1].headers = {{"x-key", "1"}, {"x-any", "*"}};
        site_.routes[2].path = PathPattern::parse("/b");
        site_.routes[2].other_methods = {"BREW"};
    }

    berth_http_req request(std::string_view method,
                           std::string_view path,
                           const std::vector<berth_header>& fields = {}) {
        berth_http_req request{};
        request.method = known_method(method);
        request.method_sv = sdk::sv(method);
        request.path = sdk::sv(path);
        request.headers = fields.data();
        request.n_headers = static_cast<uint32_t>(fields.size());
        return request;
    }

    // The route's number, -1 for none, -405 for one that would take another method.
    int route(const berth_http_req& request, size_t first = 0) {
        const RouteMatch match = find_route(site_, request, first);
        if (match.route != nullptr) {
            EXPECT_EQ(match.route, &site_.routes[match.index]);
            return static_cast<int>(match.index);
        }
        return match.other_method ? -405 : -1;
    }

    Site site_;
};

TEST_F(RouterRoutes, are_chosen_by_path_method_and_fields) {
    const std::vector<berth_header> both = {{sdk::sv("x-any"), sdk::sv("")},
                                            {sdk::sv("x-key"), sdk::sv("0")},
                                            {sdk::sv("x-key"), sdk::sv("1")}};
    const std::vector<berth_header> one = {{sdk::sv("x-key"), sdk::sv("1")}};
    EXPECT_EQ(route(request("GET", "/a")), 0);
    EXPECT_EQ(route(request("HEAD", "/a")), 0);
    EXPECT_EQ(route(request("POST", "/a")), -405);
    EXPECT_EQ(route(request("GET", "/c")), -1);
    EXPECT_EQ(route(request("POST", "/a/x", both)), 1);
    EXPECT_EQ(route(request("GET", "/a/x", both)), -405);
    EXPECT_EQ(route(request("POST", "/a/x", one)), -1);
    EXPECT_EQ(route(request("BREW", "/b")), 2);
    EXPECT_EQ(route(request("GET", "/b")), -405);
    EXPECT_EQ(route(request("brew", "/b")), -405);
    EXPECT_EQ(route(request("GET", "/a"), 1), -1);
}

TEST_F(RouterRoutes, without_methods_take_all) {
    site_.routes[2].other_methods.clear();
    for (const char* method : {"GET", "TRACE", "BREW"}) {
        EXPECT_EQ(route(request(method, "/b")), 2) << method;
    }
}

TEST_F(RouterRoutes, name_each_method_that_is_allowed_once) {
    site_.routes[1] = site_.routes[0];
    site_.routes[1].methods = 1 << BERTH_M_GET | 1 << BERTH_M_DELETE;
    site_.routes[2].path = PathPattern::parse("/*");
    EXPECT_EQ(allowed_methods(site_, request("PUT", "/a")), "GET, HEAD, DELETE, BREW");
    EXPECT_EQ(allowed_methods(site_, request("PUT", "/x")), "BREW");
}

}  // namespace
}  // namespace berth::http
