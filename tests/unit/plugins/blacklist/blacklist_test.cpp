#include "support/fake_conn.h"
#include "support/temporary_directory.h"

#include <fstream>
#include <string>

namespace {

using berth::testing::list;
using berth::testing::map;
using berth::testing::TemporaryDirectory;

class Blacklist : public berth::testing::ConnFilterFixture {};

TEST_F(Blacklist, closes_what_is_listed) {
    ASSERT_EQ(configure("blacklist", map({{"deny", list({"192.0.2.0/24"})}})), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED);
    EXPECT_EQ(accept("192.0.3.1"), BERTH_OK);
    EXPECT_EQ(accept(""), BERTH_OK);
}

TEST_F(Blacklist, lets_the_white_list_win) {
    ASSERT_EQ(configure("blacklist", map({{"deny", list({"*"})}, {"allow", list({"192.0.2.7"})}})),
              BERTH_OK);
    EXPECT_EQ(accept("192.0.2.7"), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.8"), BERTH_DECLINED);
}

TEST_F(Blacklist, refuses_mistakes_in_settings_and_files) {
    EXPECT_EQ(configure("blacklist", map({{"deny", list({"example.com"})}})), BERTH_E_INVAL);
    EXPECT_EQ(configure("blacklist", map({{"deny_file", "/nonexistent/list"}})), BERTH_E_INVAL);
    ASSERT_EQ(host.failures.size(), 2u);
    EXPECT_EQ(host.failures[1], "/nonexistent/list: cannot be read");
}

TEST_F(Blacklist, reads_files_again_when_they_change) {
    const TemporaryDirectory folder;
    const std::string path = folder.path("deny");
    std::ofstream(path) << "192.0.2.1\n";
    ASSERT_EQ(configure("blacklist", map({{"deny_file", path}})), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED);
    EXPECT_EQ(accept("192.0.2.22"), BERTH_OK);
    std::ofstream(path) << "192.0.2.22\n";
    host.advance(2000);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_OK);
    EXPECT_EQ(accept("192.0.2.22"), BERTH_DECLINED);
}

TEST_F(Blacklist, keeps_its_lists_when_a_file_has_a_mistake_or_is_gone) {
    const TemporaryDirectory folder;
    const std::string path = folder.path("deny");
    std::ofstream(path) << "192.0.2.1\n";
    ASSERT_EQ(configure("blacklist", map({{"deny_file", path}})), BERTH_OK);
    std::ofstream(path) << "192.0.2.22\noops\n";
    host.advance(2000);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED);
    EXPECT_EQ(accept("192.0.2.22"), BERTH_OK);
    ASSERT_EQ(std::remove(path.c_str()), 0);
    host.advance(2000);
    EXPECT_EQ(accept("192.0.2.1"), BERTH_DECLINED);
}

}  // namespace
