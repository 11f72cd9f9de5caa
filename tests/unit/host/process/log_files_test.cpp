#include "process/log_files.h"

#include "config/config.h"
#include "process/control.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace berth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RawNode text(const std::string& value) {
    RawNode node;
    node.kind = RawNode::Kind::kScalar;
    node.text = value;
    return node;
}

RawNode map(std::vector<RawMember> members) {
    RawNode node;
    node.kind = RawNode::Kind::kMap;
    node.members = std::move(members);
    return node;
}

class LogFilesTest : public ::testing::Test {
protected:
    void SetUp() override {
        config_.machine.access_log = map({{"to", {}, text(own("machine.log"))}});
        config_.sites.emplace_back().raw =
            map({{"tls", {}, map({{"key", {}, text(own("site.key"))}})},
                 {"access_log",
                  {},
                  map({{"format", {}, text(own("format"))}, {"to", {}, text(own("site.log"))}})}});
    }

    std::string own(const std::string& name) const { return folder_.path(name); }

    // The files that are opened when a zygote asks for these.
    std::vector<std::string> opened(std::vector<std::string> asked) {
        LogFiles logs;
        logs.set_targets(std::move(asked), config_);
        auto message = logs.message("stderr");
        EXPECT_TRUE(message.ok());
        std::vector<std::string> names;
        for (const auto& [name, fd] : take_logs(message.value())) {
            EXPECT_TRUE(fd.valid());
            names.push_back(name);
        }
        return names;
    }

    const testing::TemporaryDirectory folder_;
    Config config_;
};

TEST_F(LogFilesTest, access_logs_of_machine_and_sites_are_opened) {
    EXPECT_THAT(opened({own("machine.log"), own("site.log"), "stdout"}),
                ElementsAre(own("machine.log"), own("site.log")));
}

// A zygote that was taken over asks for it: root would open the key for writing.
TEST_F(LogFilesTest, other_files_that_the_configuration_names_are_refused) {
    EXPECT_THAT(opened({own("site.key"), own("format")}), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(own("site.key")));
}

TEST_F(LogFilesTest, files_that_the_configuration_does_not_name_are_refused) {
    EXPECT_THAT(opened({"/etc/passwd", own("x"), "", "relative"}), IsEmpty());
}

TEST_F(LogFilesTest, access_logs_of_plugins_in_a_site_are_opened_and_nothing_else_called_to) {
    RawNode routes;
    routes.kind = RawNode::Kind::kList;
    routes.items.push_back(
        map({{"chat", {}, map({{"access_log", {}, map({{"to", {}, text(own("chat.log"))}})}})}}));
    routes.items.push_back(map({{"redirect", {}, map({{"to", {}, text(own("x"))}})}}));
    config_.sites[0].raw = map({{"routes", {}, routes}});
    EXPECT_THAT(opened({own("chat.log"), own("x")}), ElementsAre(own("chat.log")));
}

}  // namespace
}  // namespace berth
