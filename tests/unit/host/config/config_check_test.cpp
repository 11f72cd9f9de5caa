#include "config/config_check.h"

#include "config/config_view.h"
#include "config_reading.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

using testing::Reading;

const berth_cfg* path(const berth_cfg* node, std::initializer_list<const char*> keys) {
    const berth_config_ext view = config_view();
    for (const char* key : keys) {
        node = view.get(node, key);
    }
    return node;
}

TEST(ConfigCheck, a_protocol_gets_the_list_of_its_sites) {
    const Reading reading(
        "site: a\nlisten: [http://:80, https://:81]\nhosts: [A.test]\ntls: self-signed\nhello: {}\n"
        "---\nsite: b\nlisten: http://:82\nhello: {}\n");
    EXPECT_EQ(reading.said(), "");
    ASSERT_EQ(reading.checked.protocols.size(), 1u);
    EXPECT_EQ(reading.checked.protocols.front().protocol, "http");
    EXPECT_EQ(reading.checked.protocols.front().listeners, (std::vector<uint32_t>{0, 1, 2}));

    const berth_config_ext view = config_view();
    const berth_cfg* sites = reading.checked.protocols.front().use->node;
    ASSERT_EQ(view.count(sites), 2u);
    const berth_cfg* first = view.at(sites, 0, nullptr);
    EXPECT_EQ(path(first, {"site"})->text, "a");
    EXPECT_EQ(view.at(path(first, {"hosts"}), 0, nullptr)->text, "a.test");
    const berth_cfg* second_address = view.at(path(first, {"listen"}), 1, nullptr);
    EXPECT_EQ(view.i64(path(second_address, {"id"})), 1);
    EXPECT_EQ(view.i64(path(second_address, {"tls"})), 1);
    EXPECT_EQ(path(second_address, {"url"})->text, "https://:81");
}

TEST(ConfigCheck, a_protocol_knows_which_sites_ask_more_of_clients_but_not_the_keys) {
    const std::string pair = "cert: a, key: b";
    for (const auto& [more, strict] : std::map<std::string, int64_t>{{"", 0},
                                                                     {", min_version: \"1.2\"", 0},
                                                                     {", min_version: \"1.3\"", 1},
                                                                     {", strict_sni: true", 1},
                                                                     {", client: { ca: c }", 1}}) {
        const Reading reading("site: a\nlisten: https://:81\ntls: { " + pair + more +
                              " }\nhello: {}\n");
        EXPECT_EQ(reading.said(), "");
        const berth_cfg* site = &reading.checked.roots.front()->items.front();
        EXPECT_EQ(path(site, {"tls_strict"})->i64, strict) << more;
        EXPECT_EQ(path(site, {"tls"}), nullptr);
        EXPECT_EQ(path(site, {"group"}), nullptr);
        EXPECT_EQ(path(site, {"enabled"}), nullptr);
    }
}

TEST(ConfigCheck, an_instance_comes_after_those_that_its_settings_name) {
    const Reading reading(
        "site: a\nfilters: [headers]\nroutes:\n  - path: /a\n    hello: {}\n"
        "  - filters: [headers]\n    hello: {}\n");
    EXPECT_EQ(reading.said(), "");
    const auto& uses = reading.checked.uses;
    ASSERT_EQ(uses.size(), 5u);
    EXPECT_EQ(uses.back()->factory->name, "http");
    for (size_t i = 0; i < uses.size(); ++i) {
        EXPECT_EQ(uses[i]->number, i + 1);
        EXPECT_EQ(uses[i]->node->use, uses[i].get());
    }
}

TEST(ConfigCheck, the_access_log_of_the_machine_is_for_sites_without_their_own) {
    const Outside outside = testing::outside_of({});
    testing::FakeFactoryIndex index;
    Diagnostics diagnostics;
    Config config = load_config_text(
        make_source("a.yaml",
                    "site: a\nlisten: http://:80\n---\nsite: b\nlisten: http://:81\n"
                    "access_log: { format: json, to: /b.log }\n"),
        outside,
        diagnostics);
    Config machine = load_config_text(
        make_source("berth.yaml", "access_log: { format: common, to: /a.log }\nworkers: 1\n"),
        outside,
        diagnostics);
    config.machine.access_log = machine.machine.access_log;
    const CheckedConfig checked = check_config(config, outside, index, diagnostics);
    const std::vector<berth_cfg>& sites = checked.roots.front()->items;
    EXPECT_EQ(path(&sites[0], {"access_log", "format"})->text, "common");
    EXPECT_EQ(path(&sites[1], {"access_log", "format"})->text, "json");
    EXPECT_EQ(checked.log_targets, (std::vector<std::string>{"/a.log", "/b.log"}));
}

TEST(ConfigCheck, a_protocol_that_is_not_there_is_explained) {
    EXPECT_TRUE(Reading("site: a\nlisten: htp://:80\n").says("did you mean 'http'?"));
    EXPECT_TRUE(Reading("site: a\nlisten: gopher://:70\n").says("installed: http"));
    Diagnostics diagnostics;
    testing::FakeFactoryIndex index;
    index.remove("http");
    const Outside outside = testing::outside_of({});
    check_config(load_config_text(make_source("a.yaml", "site: a\n"), outside, diagnostics),
                 outside,
                 index,
                 diagnostics);
    EXPECT_NE(render_text(diagnostics, false).find("sudo apt install berth-plugin-http"),
              std::string::npos);
}

TEST(ConfigCheck, plugins_read_through_the_view) {
    const Reading reading("site: a\nhello: { message: Hi, keep_alive: false }\n");
    const berth_config_ext view = config_view();
    const berth_cfg* hello = path(&reading.checked.roots.front()->items.front(), {"hello"});
    EXPECT_EQ(std::string(view.str(path(hello, {"message"})).p, 2), "Hi");
    EXPECT_EQ(view.i64(path(hello, {"keep_alive"})), 0);
    const berth_sv where = view.where(path(hello, {"message"}));
    EXPECT_EQ(std::string(where.p, where.n), "site.yaml:2:19");
    berth_sv key{};
    EXPECT_EQ(view.at(hello, 1, &key), path(hello, {"keep_alive"}));
    EXPECT_EQ(std::string(key.p, key.n), "keep_alive");
}

TEST(ConfigCheck, a_node_that_is_not_there_has_the_empty_answer) {
    const berth_config_ext view = config_view();
    EXPECT_EQ(view.get(nullptr, "a"), nullptr);
    EXPECT_EQ(view.count(nullptr), 0u);
    EXPECT_EQ(view.str(nullptr).n, 0u);
    EXPECT_EQ(view.i64(nullptr), 0);
    EXPECT_EQ(view.f64(nullptr), 0);
    EXPECT_EQ(view.where(nullptr).n, 0u);
    berth_sv key{"x", 1};
    EXPECT_EQ(view.at(nullptr, 0, &key), nullptr);
    EXPECT_EQ(key.n, 0u);
    const berth_cfg empty;
    EXPECT_EQ(view.get(&empty, nullptr), nullptr);
    EXPECT_EQ(view.at(&empty, 0, nullptr), nullptr);
}

}  // namespace
}  // namespace berth
