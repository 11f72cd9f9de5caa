#include "byte_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

bool is_visible(int byte) {
    return byte > 0x20 && byte < 0x7f;
}

bool is_value(int byte) {
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool is_name_byte(int byte) {
    return byte < 0x80 && sdk::is_token_char(static_cast<char>(byte));
}

bool is_capital(int byte) {
    return byte >= 'A' && byte <= 'Z';
}

bool is_plain_host_byte(int byte) {
    const char c = static_cast<char>(byte);
    const char lower = sdk::to_lower(c);
    return (lower >= 'a' && lower <= 'z') || sdk::is_digit(c) || c == '-' || c == '.';
}

TEST(ByteScan, finds_every_byte_at_every_place) {
    for (size_t size = 1; size <= 40; ++size) {  // below, at and above two blocks
        for (size_t at = 0; at < size; ++at) {
            std::string text(size, 'a');
            for (int byte = 0; byte < 256; ++byte) {
                text[at] = static_cast<char>(byte);
                ASSERT_EQ(all_visible(text), is_visible(byte)) << byte << " at " << at;
                ASSERT_EQ(is_field_value(text), is_value(byte)) << byte << " at " << at;
                ASSERT_EQ(is_name(text), is_name_byte(byte)) << byte << " at " << at;
                ASSERT_EQ(is_lower_name(text), is_name_byte(byte) && !is_capital(byte))
                    << byte << " at " << at;
                ASSERT_EQ(is_plain_host(text), is_plain_host_byte(byte)) << byte << " at " << at;
                ASSERT_EQ(has_no_capitals(text), !is_capital(byte)) << byte << " at " << at;
            }
        }
    }
}

TEST(ByteScan, only_a_name_must_not_be_empty) {
    EXPECT_TRUE(all_visible(""));
    EXPECT_TRUE(is_field_value(""));
    EXPECT_FALSE(is_name(""));
    EXPECT_FALSE(is_lower_name(""));
}

TEST(ByteScan, tokens_are_lower_case_of_token_characters) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        EXPECT_EQ(token_lower(c), byte < 128 && sdk::is_token_char(c) ? sdk::to_lower(c) : '\0');
    }
    EXPECT_EQ(token_size("a-b: c"), 3u);
    EXPECT_EQ(token_size("abc"), 3u);
    EXPECT_EQ(token_size(": a"), 0u);
    EXPECT_EQ(token_size(""), 0u);
}

TEST(ByteScan, makes_every_letter_lower_and_nothing_else) {
    for (size_t size = 1; size <= 20; ++size) {
        for (size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size + 1, 'A');
                text[at] = static_cast<char>(byte);
                std::string lower(size, 'a');
                lower[at] = sdk::to_lower(text[at]);
                make_lower(text.data(), size);
                ASSERT_EQ(text, lower + 'A') << byte << " at " << at;
            }
        }
    }
}

TEST(ByteScan, folds_tokens_onto_names_of_lower_case) {
    for (const std::string_view name : {"te", "host", "x-forwarded-for", "transfer-encoding"}) {
        for (size_t at = 0; at < name.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string token(name);
                token[at] = static_cast<char>(byte);
                if (token_lower(token[at]) != '\0') {
                    ASSERT_EQ(equals_folded(token, name), sdk::equal_ignoring_case(token, name))
                        << token;
                }
            }
        }
        EXPECT_FALSE(equals_folded(name.substr(1), name));
    }
}

}  // namespace
}  // namespace berth::http
