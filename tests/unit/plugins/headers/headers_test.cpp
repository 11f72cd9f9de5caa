#include "support/fake_host.h"

#include "berth/cpp/text.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using berth::testing::FakeHost;
using berth::testing::FakeStream;
using berth::testing::list;
using berth::testing::map;

const berth_module& load_http() {
    void* library = dlopen(HTTP_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library, nullptr) << dlerror();
    using Entry = const berth_module* (*)();
    return *reinterpret_cast<Entry>(dlsym(library, "berth_module_v1"))();
}

// Answers with two fields and, as its body, the value of x-user.
struct Echo {
    static berth_status on_request(void* inst, berth_http_req* request) {
        static constexpr berth_header kFields[] = {{{"content-type", 12}, {"text/plain", 10}},
                                                   {{"x-old", 5}, {"1", 1}}};
        const berth_http_resp response = {BERTH_HDR(berth_http_resp), 200, 0, kFields, 2, 0, 0};
        berth_seg body{};
        for (uint32_t i = 0; i < request->n_headers; ++i) {
            if (berth::sdk::view(request->headers[i].name) == "x-user") {
                body.u.mem = request->headers[i].value.p;
                body.len = request->headers[i].value.n;
            }
        }
        return static_cast<Echo*>(inst)->http->respond(request, &response, &body, 1);
    }
    const berth_http_ext* http = nullptr;
};

constexpr berth_http_handler_ops kEchoOps = {
    BERTH_HDR(berth_http_handler_ops), Echo::on_request, nullptr, nullptr, nullptr, nullptr};

class Headers : public ::testing::Test {
protected:
    Headers() {
        EXPECT_EQ(host.load(load_http()), BERTH_OK);
        EXPECT_EQ(host.load(*berth_module_v1()), BERTH_OK);
        const berth_host& table = host.table();
        echo.http = static_cast<const berth_http_ext*>(table.get_extension(&table, BERTH_HTTP_EXT));
        factory.kind = BERTH_HTTP_HANDLER_KIND;
        factory.name = "echo";
        factory.ops = &kEchoOps;
        host.make_usable(factory, &echo);
    }

    std::string answer(const berth_cfg& settings) {
        host.make_usable(BERTH_HTTP_FILTER_KIND, "headers", settings);
        const berth_cfg site = map({{"site", "s"},
                                    {"listen", list({map({{"id", 0}, {"url", "http://:80"}})})},
                                    {"filters", list({map({{"headers", map({})}})})},
                                    {"echo", map({})}});
        void* http = nullptr;
        EXPECT_EQ(host.create(BERTH_PROTOCOL_KIND, "http", list({site}), &http), BERTH_OK);
        const berth_factory* protocol = host.factory(BERTH_PROTOCOL_KIND, "http");
        stream.open(*static_cast<const berth_protocol_ops*>(protocol->ops), http, 0);
        stream.receive("GET / HTTP/1.1\r\nHost: a\r\nX-User: eve\r\n\r\n");
        return stream.output;
    }

    FakeHost host;
    FakeStream stream{host};
    Echo echo;
    berth_factory factory{};
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
    EXPECT_EQ(got.substr(got.find("\r\n\r\n") + 4), "ada");
}

TEST_F(Headers, without_settings_changes_nothing) {
    const std::string got = answer(map({}));
    EXPECT_TRUE(has(got, "x-old: 1"));
    EXPECT_EQ(got.substr(got.find("\r\n\r\n") + 4), "eve");
}

TEST_F(Headers, refuses_fields_that_could_not_be_sent) {
    void* inst = nullptr;
    const std::pair<const char*, const char*> bad[] = {
        {"Content-Length", "1"}, {"server", "x"}, {"a b", "x"}, {"", "x"}, {"ok", "a\r\nb: c"}};
    for (const auto& [name, value] : bad) {
        const berth_cfg settings = map({{"set", map({{name, value}})}});
        EXPECT_EQ(host.create(BERTH_HTTP_FILTER_KIND, "headers", settings, &inst), BERTH_E_INVAL)
            << name;
    }
    EXPECT_EQ(host.failures.size(), 5u);
}

}  // namespace
