#include "plugin/load_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ElementsAre;

bool of_host(std::string_view id) {
    return id == "berth.loop/1";
}

std::string refusal(const std::vector<LoadNode>& nodes) {
    const auto order = load_order(nodes, of_host);
    return order ? "" : order.error().message;
}

TEST(LoadOrder, PutsProvidersFirst) {
    const std::vector<LoadNode> nodes = {{"auth.so", {"http/1", "users/1"}, {}},
                                         {"http.so", {"berth.loop/1"}, {"http/1"}},
                                         {"lone.so", {}, {}},
                                         {"users.so", {"http/1"}, {"users/1"}}};
    EXPECT_THAT(load_order(nodes, of_host).value(), ElementsAre(1, 3, 0, 2));
}

TEST(LoadOrder, KeepsTheGivenOrderOtherwise) {
    EXPECT_THAT(load_order({{"b.so", {}, {}}, {"a.so", {}, {}}}, of_host).value(),
                ElementsAre(0, 1));
    EXPECT_THAT(load_order({}, of_host).value(), ElementsAre());
}

TEST(LoadOrder, NamesTheFileThatLacksAProvider) {
    EXPECT_EQ(refusal({{"a.so", {"mail/1"}, {}}}),
              "a.so: needs extension 'mail/1', which neither berth nor a plugin in use provides: "
              "install the "
              "plugin that does and name it in a site");
}

TEST(LoadOrder, NamesBothProviders) {
    EXPECT_EQ(
        refusal({{"a.so", {}, {"x/1"}}, {"b.so", {}, {"x/1"}}}),
        "a.so and b.so both provide extension 'x/1': remove one of them from the configuration");
    EXPECT_EQ(refusal({{"a.so", {}, {"x/1", "x/1"}}}), "");
}

TEST(LoadOrder, KeepsTheHostsExtensionsTheHosts) {
    EXPECT_EQ(refusal({{"a.so", {}, {"berth.loop/1"}}}),
              "a.so: provides extension 'berth.loop/1', which is berth's own: remove this plugin "
              "from the "
              "configuration");
}

TEST(LoadOrder, ShowsTheCircle) {
    EXPECT_EQ(refusal({{"in.so", {"a/1"}, {}},
                       {"a.so", {"b/1"}, {"a/1"}},
                       {"b.so", {"c/1"}, {"b/1"}},
                       {"c.so", {"a/1"}, {"c/1"}}}),
              "plugins need each other in a circle: a.so needs b.so needs c.so needs a.so");
    EXPECT_EQ(refusal({{"a.so", {"a/1"}, {"a/1"}}}),
              "plugins need each other in a circle: a.so needs a.so");
}

}  // namespace
}  // namespace berth
