#include "cli/one_shot_screen.h"

#include "cli/qr_code.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace berth {
namespace {

TEST(OneShotScreen, a_folder_is_shown_as_its_owner_knows_it) {
    const testing::TemporaryDirectory home;
    std::filesystem::create_directories(home.path("photos/2026"));
    std::filesystem::create_directories(home.path("photos/.cache"));
    home.file("photos/a", "");
    home.file("photos/2026/b", "");
    home.file("photos/.hidden", "");
    home.file("photos/.cache/c", "");
    setenv("HOME", home.path().c_str(), 1);
    EXPECT_EQ(folder_title(home.path("photos/")), "~/photos          2 files");
    EXPECT_EQ(folder_title(home.path("photos/2026")), "~/photos/2026     1 file");
    setenv("HOME", home.path("pho").c_str(), 1);
    EXPECT_EQ(folder_title(home.path("photos")), home.path("photos") + "  2 files");
}

TEST(OneShotScreen, others_reach_it_by_another_address) {
    EXPECT_EQ(network_url("http://127.0.0.1:8080/", "192.0.2.7"), "http://192.0.2.7:8080/");
    EXPECT_EQ(network_url("https://127.0.0.1:1/", "2001:db8::1"), "https://[2001:db8::1]:1/");
    for (const std::string& address : network_addresses()) {
        EXPECT_NE(address, "127.0.0.1");
        EXPECT_NE(address, "::1");
    }
}

// A code has 21 modules at least, and room around it.
TEST(OneShotScreen, a_code_is_drawn_where_there_is_the_library) {
    const std::string code = qr_code("http://192.0.2.7:8080/");
    const auto lines = std::count(code.begin(), code.end(), '\n');
    EXPECT_TRUE(code.empty() || lines >= (21 + 2 * 4) / 2) << code;
}

}  // namespace
}  // namespace berth
