#include "known_fields.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace berth::http {
namespace {

struct Case {
    const char* name;
    uint16_t id;
};
constexpr Case kCases[] = {
    {"host", BERTH_H_HOST},
    {"content-length", BERTH_H_CONTENT_LENGTH},
    {"content-type", BERTH_H_CONTENT_TYPE},
    {"cookie", BERTH_H_COOKIE},
    {"authorization", BERTH_H_AUTHORIZATION},
    {"range", BERTH_H_RANGE},
    {"if-none-match", BERTH_H_IF_NONE_MATCH},
    {"if-modified-since", BERTH_H_IF_MODIFIED_SINCE},
    {"accept-encoding", BERTH_H_ACCEPT_ENCODING},
    {"connection", BERTH_H_CONNECTION},
    {"transfer-encoding", BERTH_H_TRANSFER_ENCODING},
    {"expect", BERTH_H_EXPECT},
    {"upgrade", BERTH_H_UPGRADE},
    {"user-agent", BERTH_H_USER_AGENT},
    {"referer", BERTH_H_REFERER},
    {"if-match", BERTH_H_IF_MATCH},
    {"if-unmodified-since", BERTH_H_IF_UNMODIFIED_SINCE},
    {"if-range", BERTH_H_IF_RANGE},
    {"accept", BERTH_H_ACCEPT},
    {"origin", BERTH_H_ORIGIN},
    {"te", BERTH_H_TE},
    {"x-forwarded-for", BERTH_H_X_FORWARDED_FOR},
    {"forwarded", BERTH_H_FORWARDED},
};

TEST(KnownFields, are_found_in_any_case) {
    EXPECT_EQ(std::size(kCases), size_t{BERTH_H_COUNT});
    for (const Case& c : kCases) {
        std::string name = c.name;
        EXPECT_EQ(known_field(name), c.id) << name;
        std::transform(name.begin(), name.end(), name.begin(), ::toupper);
        EXPECT_EQ(known_field(name), c.id) << name;
    }
}

TEST(KnownFields, are_not_found_under_a_name_that_is_nearly_theirs) {
    for (const Case& c : kCases) {
        const std::string name = c.name;
        EXPECT_EQ(known_field(name + "x"), BERTH_H_COUNT) << name;
        EXPECT_EQ(known_field("x" + name), BERTH_H_COUNT) << name;
        EXPECT_NE(known_field(name.substr(1)), c.id) << name;
        std::string underscored = name;
        std::replace(underscored.begin(), underscored.end(), '-', '_');
        EXPECT_EQ(known_field(underscored) == c.id, underscored == name) << name;
    }
    EXPECT_EQ(known_field(""), BERTH_H_COUNT);
    EXPECT_EQ(known_field("\xff"), BERTH_H_COUNT);
}

TEST(KnownFieldsMethods, are_found_in_upper_case_only) {
    for (uint8_t id = BERTH_M_GET; id < kMethodNames.size(); ++id) {
        std::string name(kMethodNames[id]);
        EXPECT_EQ(known_method(name), id) << name;
        std::transform(name.begin(), name.end(), name.begin(), sdk::to_lower);
        EXPECT_EQ(known_method(name), BERTH_M_OTHER) << name;
    }
    EXPECT_EQ(known_method(""), BERTH_M_OTHER);
    EXPECT_EQ(known_method("GETX"), BERTH_M_OTHER);
}

}  // namespace
}  // namespace berth::http
