#include "user_file.h"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

TEST(UserFile, has_a_name_and_a_hash_on_each_line) {
    const UserFile file = parse_user_file(
        "# staff\nada:$y$j9T$salt$hash\n\nbob:$apr1$x$y:Bob of accounting\r\n"
        "eve:sha256:6e65:8425\nsha:{SHA}x=:more");
    EXPECT_EQ(file.problem, "");
    ASSERT_EQ(file.users.size(), 4u);
    EXPECT_EQ(file.users[0].name, "ada");
    EXPECT_EQ(file.users[0].hash, "$y$j9T$salt$hash");
    EXPECT_EQ(file.users[1].hash, "$apr1$x$y");
    EXPECT_EQ(file.users[2].hash, "sha256:6e65:8425");
    EXPECT_EQ(file.users[3].hash, "{SHA}x=");
}

TEST(UserFile, may_be_empty) {
    EXPECT_EQ(parse_user_file("").users.size(), 0u);
    EXPECT_EQ(parse_user_file("\n \n#\n").problem, "");
}

TEST(UserFile, mistakes_are_named_with_their_line) {
    EXPECT_EQ(parse_user_file("ada:x\n\nbob\n").problem, "3: write name:hash");
    EXPECT_EQ(parse_user_file(":x").problem, "1: write name:hash");
    EXPECT_EQ(parse_user_file("ada:x\nbob:y\nada:z\nzoe").problem, "3: 'ada' is there twice");
}

}  // namespace
}  // namespace berth::auth
