#include "user_file_watch.h"

#include "plugin/service_tables.h"
#include "support/fake_host.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

constexpr const char* kHash = "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/";

class UserFileWatched : public ::testing::Test {
protected:
    HostApi tables() const {
        HostApi found;
        found.host = &host.table();
        found.loop = static_cast<const berth_loop_ext*>(
            found.host->get_extension(found.host, BERTH_LOOP_EXT));
        found.crypto = &crypto_table();
        return found;
    }

    void write(const std::string& text) { folder.file("users", text); }

    testing::TemporaryDirectory folder;
    const std::string path = folder.path("users");
    testing::FakeHost host;
    const HostApi api = tables();
    std::vector<std::vector<User>> seen;
    UserFileWatch watch{api, path, [this](std::vector<User> users) { seen.push_back(users); }};
};

TEST_F(UserFileWatched, is_read_at_once_and_again_when_it_changes) {
    write("ada:" + std::string(kHash) + "\n");
    EXPECT_EQ(watch.begin(), "");
    ASSERT_EQ(seen.size(), 1u);
    host.advance(20'000);
    EXPECT_EQ(seen.size(), 1u);
    write("bob:" + std::string(kHash) + "\n");
    host.advance(UserFileWatch::kIntervalMs);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen.back()[0].name, "bob");
}

TEST_F(UserFileWatched, with_a_mistake_changes_nothing_and_is_reported_once) {
    write("ada:" + std::string(kHash) + "\n");
    EXPECT_EQ(watch.begin(), "");
    write("ada:secret\n");
    host.advance(30'000);
    EXPECT_EQ(seen.size(), 1u);
    ASSERT_EQ(host.messages.size(), 1u);
    EXPECT_EQ(host.messages[0],
              "auth: " + path +
                  ": what 'ada' has is no hash of a password: `berth hash-password` makes one; "
                  "the users before stay");
    write("ada:" + std::string(kHash) + "\nbob:" + kHash + "\n");
    host.advance(10'000);
    EXPECT_EQ(seen.back().size(), 2u);
}

TEST_F(UserFileWatched, that_is_gone_keeps_its_users) {
    write("ada:" + std::string(kHash) + "\n");
    EXPECT_EQ(watch.begin(), "");
    std::remove(path.c_str());
    host.advance(30'000);
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(host.messages.size(), 1u);
}

TEST_F(UserFileWatched, says_at_the_start_what_is_wrong) {
    EXPECT_NE(watch.begin().find(path + ": cannot be read"), std::string::npos);
    write("ada:" + std::string(kHash) + "\nbob");
    EXPECT_EQ(watch.begin(), path + ":2: write name:hash");
    EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace berth::auth
