#include "support/plugin_fixture.h"

#include "berth/cpp/text.hpp"

#include <string>

namespace {

using berth::testing::body_of;
using berth::testing::list;
using berth::testing::map;

// Behind the filter, a handler that answers with two fields and, as its body, the value of x-user.
class Headers : public berth::testing::PluginFixture {
protected:
    std::string answer(const berth_cfg& settings) {
        handler.on_request = [this](berth_http_req* request) {
            std::string_view user;
            for (uint32_t i = 0; i < request->n_headers; ++i) {
                if (berth::sdk::view(request->headers[i].name) == "x-user") {
                    user = berth::sdk::view(request->headers[i].value);
                }
            }
            return reply(request, 200, {{"content-type", "text/plain"}, {"x-old", "1"}}, user);
        };
        EXPECT_EQ(use(BERTH_HTTP_FILTER_KIND, "headers", settings), BERTH_OK);
        serve({"headers"});
        return get("/", "X-User: eve\r\n");
    }
};

bool has(const std::string& answer, const std::string& line) {
    return answer.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST_F(Headers, sets_a_field_in_place_of_existing_ones) {
    const std::string got = answer(map({{"set", map({{"X-Old", "2"}, {"X-New", "3"}})}}));
    EXPECT_TRUE(has(got, "X-Old: 2"));
    EXPECT_TRUE(has(got, "X-New: 3"));
    EXPECT_FALSE(has(got, "x-old: 1"));
    EXPECT_TRUE(has(got, "content-type: text/plain"));
}

TEST_F(Headers, adds_a_field_beside_existing_ones) {
    const std::string got = answer(map({{"add", map({{"x-old", "2"}})}}));
    EXPECT_TRUE(has(got, "x-old: 1"));
    EXPECT_TRUE(has(got, "x-old: 2"));
}

TEST_F(Headers, removes_fields) {
    const std::string got = answer(map({{"remove", list({"X-OLD", "absent"})}}));
    EXPECT_EQ(got.find("x-old"), std::string::npos);
    EXPECT_TRUE(has(got, "content-type: text/plain"));
}

TEST_F(Headers, sets_fields_of_the_request) {
    const std::string got = answer(map({{"request", map({{"X-User", "ada"}})}}));
    EXPECT_EQ(body_of(got), "ada");
}

TEST_F(Headers, without_settings_changes_nothing) {
    const std::string got = answer(map({}));
    EXPECT_TRUE(has(got, "x-old: 1"));
    EXPECT_EQ(body_of(got), "eve");
}

TEST_F(Headers, refuses_fields_that_could_not_be_sent) {
    void* inst = nullptr;
    const std::pair<const char*, const char*> bad[] = {{"Content-Length", "1"},
                                                       {"server", "x"},
                                                       {"a b", "x"},
                                                       {"", "x"},
                                                       {"ok", "a\r\nb: c"},
                                                       {"ok", "a\x7f"}};
    for (const auto& [name, value] : bad) {
        const berth_cfg settings = map({{"set", map({{name, value}})}});
        EXPECT_EQ(host.create(BERTH_HTTP_FILTER_KIND, "headers", settings, &inst), BERTH_E_INVAL)
            << name;
    }
    EXPECT_EQ(host.failures.size(), 6u);
}

TEST_F(Headers, refuses_to_remove_what_is_not_its_own) {
    void* inst = nullptr;
    for (const char* name : {"Server", "date", "a b"}) {
        const berth_cfg settings = map({{"remove", list({name})}});
        EXPECT_EQ(host.create(BERTH_HTTP_FILTER_KIND, "headers", settings, &inst), BERTH_E_INVAL)
            << name;
    }
}

}  // namespace
