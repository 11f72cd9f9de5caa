#include "authorization.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::auth {
namespace {

TEST(Authorization, has_a_scheme_and_a_token) {
    const auto basic = parse_authorization("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TRUE(basic);
    EXPECT_EQ(basic->scheme, "Basic");
    EXPECT_EQ(basic->token, "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(parse_authorization("Bearer   mF_9.B5f-4.1JqM")->token, "mF_9.B5f-4.1JqM");
}

TEST(Authorization, of_another_form_is_none) {
    for (const std::string_view bad : {"",
                                       "Basic",
                                       "Basic ",
                                       " Basic abc",
                                       "Basic ==",
                                       "Basic abc def",
                                       "Basic abc=d",
                                       "Basic abc ",
                                       "Ba(sic abc",
                                       "Digest username=\"Mufasa\"",
                                       "Bearer a\tb"}) {
        EXPECT_FALSE(parse_authorization(bad)) << bad;
    }
}

TEST(AuthorizationCredentials, are_cut_at_the_first_colon) {
    const auto found = parse_credentials("ada:pass:word");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, "ada");
    EXPECT_EQ(found->password, "pass:word");
    EXPECT_EQ(parse_credentials(":")->user, "");
    EXPECT_EQ(parse_credentials("\xc3\xa4:\xf0\x9f\x94\x91")->password, "\xf0\x9f\x94\x91");
}

TEST(AuthorizationCredentials, hold_no_control_characters) {
    EXPECT_FALSE(parse_credentials("ada"));
    EXPECT_FALSE(parse_credentials(""));
    EXPECT_FALSE(parse_credentials(std::string("ada:pass\0word", 13)));
    EXPECT_FALSE(parse_credentials("ada:pass\r\n"));
    EXPECT_FALSE(parse_credentials("a\x7f:b"));
}

}  // namespace
}  // namespace berth::auth
