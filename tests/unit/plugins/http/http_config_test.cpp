#include "http_config.h"

#include "support/fake_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace berth::http {
namespace {

using testing::FakeHost;
using testing::list;
using testing::map;

class HttpConfigTest : public ::testing::Test {
protected:
    HttpConfigTest() {
        api_.host = &host_.table();
        api_.config = find<berth_config_ext>(BERTH_CONFIG_EXT);
        api_.loop = find<berth_loop_ext>(BERTH_LOOP_EXT);
        api_.worker = find<berth_worker_ext>(BERTH_WORKER_EXT);
        api_.log = find<berth_log_ext>(BERTH_LOG_EXT);
        host_.make_usable(kHandler, nullptr);
    }

    // One site with a handler and these settings.
    const Site& read(std::initializer_list<berth_cfg::Member> settings) {
        berth_cfg site = map(settings);
        site.members.emplace_back("site", "shop");
        site.members.emplace_back("handler", map({}));
        sites_ = list({site});
        config_ = std::make_unique<HttpConfig>();
        status_ = read_config(api_, {api_.host, api_.config, &sites_}, *config_);
        return *config_->sites.at(0);
    }

    FakeHost host_;
    HostApi api_;
    std::unique_ptr<HttpConfig> config_;
    berth_status status_ = BERTH_OK;

private:
    template <class Table>
    const Table* find(const char* id) {
        return static_cast<const Table*>(host_.table().get_extension(&host_.table(), id));
    }

    static constexpr berth_factory kHandler = {BERTH_HDR(berth_factory),
                                               BERTH_HTTP_HANDLER_KIND,
                                               "handler",
                                               "{}",
                                               "",
                                               0,
                                               0,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr};

    berth_cfg sites_;
};

// A handler that asks for authentication where its setting says so, and filters of two phases.
class HttpConfigNeeds : public HttpConfigTest {
protected:
    HttpConfigNeeds() {
        handler_ops_.h = BERTH_HDR(berth_http_handler_ops);
        handler_ops_.needs = [](const berth_config_ext* config, const berth_cfg* settings) {
            const bool writes = config->i64(config->get(settings, "write")) != 0;
            return writes ? uint32_t{BERTH_NEED_AUTH} : 0;
        };
        add(handler_, BERTH_HTTP_HANDLER_KIND, "writer", &handler_ops_);
        auth_ops_.phase = BERTH_PHASE_AUTH;
        access_ops_.phase = BERTH_PHASE_ACCESS;
        add(auth_, BERTH_HTTP_FILTER_KIND, "auth", &auth_ops_);
        add(access_, BERTH_HTTP_FILTER_KIND, "access", &access_ops_);
    }

    berth_status check(const berth_cfg& site) {
        const berth_cfg sites = list({site});
        return check_config({api_.host, api_.config, &sites});
    }
    static berth_cfg filters(const char* name) { return list({map({{name, map({})}})}); }

    const berth_cfg writing_ = map({{"write", true}});

private:
    void add(berth_factory& factory, const char* kind, const char* name, const void* ops) {
        factory.kind = kind;
        factory.name = name;
        factory.ops = ops;
        host_.make_usable(factory, nullptr);
    }

    berth_http_handler_ops handler_ops_{};
    berth_http_filter_ops auth_ops_{}, access_ops_{};
    berth_factory handler_{}, auth_{}, access_{};
};

TEST_F(HttpConfigNeeds, are_met_by_a_filter_of_the_phase_in_front) {
    const auto route = [&](const char* filter) {
        return list({map({{"filters", filters(filter)}, {"writer", writing_}})});
    };
    EXPECT_EQ(check(map({{"routes", route("auth")}})), BERTH_OK);
    EXPECT_EQ(check(map({{"filters", filters("auth")}, {"writer", writing_}})), BERTH_OK);
    EXPECT_EQ(check(map({{"filters", filters("auth")}, {"routes", route("access")}})), BERTH_OK);
    EXPECT_EQ(check(map({{"writer", map({{"write", false}})}})), BERTH_OK);
    EXPECT_EQ(check(map({{"routes", route("access")}})), BERTH_E_INVAL);
    EXPECT_EQ(check(map({{"writer", writing_}})), BERTH_E_INVAL);
    EXPECT_THAT(host_.failures, ::testing::Each(::testing::HasSubstr("`auth`")));
    EXPECT_EQ(host_.failures.size(), 2u);
}

TEST_F(HttpConfigNeeds, include_something_that_answers) {
    EXPECT_EQ(check(map({{"site", "shop"}})), BERTH_E_INVAL);
    EXPECT_THAT(host_.failures, ::testing::ElementsAre(::testing::HasSubstr("`routes`")));
}

TEST_F(HttpConfigTest, has_the_limits_of_the_schema_by_default) {
    const SiteLimits& limits = read({}).limits;
    EXPECT_EQ(limits.head.request_line, 8u * 1024);
    EXPECT_EQ(limits.head.head, 32u * 1024);
    EXPECT_EQ(limits.head.fields, 100u);
    EXPECT_EQ(limits.body_bytes, 16u << 20);
    EXPECT_EQ(limits.body_rate, 500u);
    EXPECT_EQ(limits.head_ms, 10'000u);
    EXPECT_EQ(limits.body_ms, 30'000u);
    EXPECT_EQ(limits.idle_ms, 60'000u);
}

TEST_F(HttpConfigTest, reads_every_limit) {
    const SiteLimits& limits = read({{"limits",
                                      map({{"request_line", 100},
                                           {"head", 200},
                                           {"fields", 3},
                                           {"body", 0},
                                           {"body_rate", 0}})},
                                     {"timeouts", map({{"head", 1}, {"body", 2}, {"idle", 3}})}})
                                   .limits;
    EXPECT_EQ(limits.head.request_line, 100u);
    EXPECT_EQ(limits.head.head, 200u);
    EXPECT_EQ(limits.head.fields, 3u);
    EXPECT_EQ(limits.body_bytes, 0u);
    EXPECT_EQ(limits.body_rate, 0u);
    EXPECT_EQ(limits.head_ms, 1u);
    EXPECT_EQ(limits.body_ms, 2u);
    EXPECT_EQ(limits.idle_ms, 3u);
}

TEST_F(HttpConfigTest, redirects_to_the_port_of_the_first_tls_listener) {
    struct Case {
        const char* url;
        uint16_t port;
    };
    for (const Case& c : {Case{"https://a", 443},
                          Case{"https://a:8443", 8443},
                          Case{"https://[::1]:8443", 8443},
                          Case{"https://[::1]", 443}}) {
        const berth_cfg listen = list({map({{"id", 0}, {"url", "http://a"}, {"tls", false}}),
                                       map({{"id", 1}, {"url", c.url}, {"tls", true}})});
        EXPECT_EQ(read({{"listen", listen}}).https_port, c.port) << c.url;
        EXPECT_EQ(read({{"listen", listen}, {"redirect_to_https", false}}).https_port, 0u);
        EXPECT_EQ(config_->listen.size(), 2u);
    }
}

TEST_F(HttpConfigTest, believes_the_host_about_strict_tls) {
    EXPECT_FALSE(read({}).strict_tls);
    EXPECT_TRUE(read({{"tls_strict", true}}).strict_tls);
}

TEST_F(HttpConfigTest, lets_get_include_head_and_keeps_unknown_methods) {
    const Site& site = read({{"routes",
                              list({map({{"path", "/a"},
                                         {"methods", list({"GET", "BREW"})},
                                         {"headers", map({{"X-Key", "v"}})},
                                         {"handler", map({})}})})}});
    ASSERT_EQ(site.routes.size(), 2u);
    const Route& route = site.routes[0];
    EXPECT_EQ(route.methods, 1 << BERTH_M_GET | 1 << BERTH_M_HEAD);
    EXPECT_EQ(route.other_methods, std::vector<std::string>{"BREW"});
    EXPECT_EQ(route.headers[0].first, "x-key");
    EXPECT_EQ(route.path.text, "/a");
}

TEST_F(HttpConfigTest, opens_one_log_for_each_target_and_format) {
    EXPECT_EQ(read({}).log, nullptr);
    EXPECT_EQ(read({{"access_log", map({{"format", "off"}})}}).log, nullptr);
    EXPECT_FALSE(read({}).timed);
    const Site& site = read({{"access_log", map({{"format", "json"}, {"to", "/a.log"}})}});
    EXPECT_NE(site.log, nullptr);
    EXPECT_TRUE(site.timed);
}

TEST_F(HttpConfigTest, reports_every_mistake_and_gives_the_first_status) {
    read({{"filters", list({map({{"nobody", map({})}}), map({{"nobody", map({})}})})}});
    EXPECT_EQ(status_, BERTH_E_INVAL);
    EXPECT_EQ(host_.failures.size(), 2u);
}

}  // namespace
}  // namespace berth::http
