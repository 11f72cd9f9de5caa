#include "tls/base64.h"

#include <gtest/gtest.h>

#include <array>

namespace berth {
namespace {

constexpr Base64Form kBare = {.url = false, .bare = true};
constexpr Base64Form kUrl = {.url = true, .bare = false};

TEST(Base64, vectors_of_rfc_4648) {
    const std::array<std::pair<const char*, const char*>, 7> vectors = {{{"", ""},
                                                                         {"f", "Zg=="},
                                                                         {"fo", "Zm8="},
                                                                         {"foo", "Zm9v"},
                                                                         {"foob", "Zm9vYg=="},
                                                                         {"fooba", "Zm9vYmE="},
                                                                         {"foobar", "Zm9vYmFy"}}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(base64_text(bytes), text);
        EXPECT_EQ(base64_bytes(text), bytes);
        const std::string bare = std::string(text).substr(0, std::string(text).find('='));
        EXPECT_EQ(base64_text(bytes, kBare), bare);
        EXPECT_EQ(base64_bytes(bare, kBare), bytes);
    }
}

TEST(Base64, alphabets_differ_in_two_characters) {
    EXPECT_EQ(base64_text("\xfb\xff\xbf"), "+/+/");
    EXPECT_EQ(base64_text("\xfb\xff\xbf", kUrl), "-_-_");
    EXPECT_EQ(base64_bytes("-_-_", kUrl), "\xfb\xff\xbf");
    EXPECT_FALSE(base64_bytes("-_-_"));
    EXPECT_FALSE(base64_bytes("+/+/", kUrl));
}

TEST(Base64, every_byte_survives) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<char>(i));
    }
    EXPECT_EQ(base64_bytes(base64_text(bytes)), bytes);
}

TEST(Base64, refuses_what_it_does_not_write) {
    for (const char* bad : {"Z",
                            "Zg",
                            "Zg=",
                            "Zg===",
                            "Zm8",
                            "Zm9vYg=",
                            "Zg==Zg==",
                            "=",
                            "====",
                            "Z===",
                            "Zh==",
                            "Zm9=",
                            "Zm 9v",
                            "Zm9v\n",
                            "Zm9*"}) {
        EXPECT_FALSE(base64_bytes(bad)) << bad;
    }
    for (const char* bad : {"Z", "Zg==", "Zh", "Zm9", "Zm9vY"}) {
        EXPECT_FALSE(base64_bytes(bad, kBare)) << bad;
    }
}

}  // namespace
}  // namespace berth
