#include "plugin/plugin_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

TEST(PluginFolders, AreThoseConfigured) {
    EXPECT_THAT(plugin_folders({{"/a", "/b"}, "/c", false, "/build/host"}),
                ElementsAre("/a", "/b"));
}

TEST(PluginFolders, ComeFromTheEnvironmentOfTheUnprivileged) {
    EXPECT_THAT(plugin_folders({{}, "/c::/d", false, "/build/host"}), ElementsAre("/c", "/d"));
    EXPECT_THAT(plugin_folders({{}, "/c:/d", true, "/build/host"}), Not(Contains("/c")));
}

TEST(PluginFolders, BeginBesideTheProgram) {
    const auto folders = plugin_folders({{}, "", true, "/build/host"});
    EXPECT_EQ(folders.front(), "/build/plugins");
    EXPECT_EQ(folders.back(), "/usr/local/lib/berth/plugins");
}

TEST(PluginFolders, WithoutAProgramFolderAreThoseOfTheInstallation) {
    EXPECT_THAT(plugin_folders({{}, "", true, ""}), Not(Contains("/plugins")));
}

}  // namespace
}  // namespace berth
