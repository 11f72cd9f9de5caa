#include "mime_types.h"

#include <gtest/gtest.h>

namespace berth::file {
namespace {

TEST(MimeTypes, knows_what_the_web_is_made_of) {
    const MimeTypes types("utf-8");
    EXPECT_EQ(types.find("/a/index.html"), "text/html; charset=utf-8");
    EXPECT_EQ(types.find("x.js"), "text/javascript; charset=utf-8");
    EXPECT_EQ(types.find("x.wasm"), "application/wasm");
    EXPECT_EQ(types.find("x.woff2"), "font/woff2");
    EXPECT_EQ(types.find("x.svg"), "image/svg+xml");
    EXPECT_EQ(types.find("x.tar.gz"), "application/gzip");
}

TEST(MimeTypes, does_not_mind_capitals) {
    EXPECT_EQ(MimeTypes("").find("PHOTO.JPG"), "image/jpeg");
}

TEST(MimeTypes, does_not_guess) {
    const MimeTypes types("utf-8");
    for (const char* name : {"", "README", "a.", ".", "a.unheard", "html", "a.html.x"}) {
        EXPECT_EQ(types.find(name), "") << name;
    }
    EXPECT_EQ(types.find("a." + std::string(300, 'x')), "");
}

TEST(MimeTypes, charset_is_for_text_that_names_none) {
    MimeTypes types("iso-8859-1");
    EXPECT_TRUE(types.add("own", "text/plain; charset=us-ascii"));
    EXPECT_EQ(types.find("a.own"), "text/plain; charset=us-ascii");
    EXPECT_EQ(types.find("a.txt"), "text/plain; charset=iso-8859-1");
    EXPECT_EQ(types.find("a.json"), "application/json");
    EXPECT_EQ(MimeTypes("").find("a.txt"), "text/plain");
}

TEST(MimeTypes, a_table_comes_before_what_is_compiled_in) {
    MimeTypes types("");
    types.add_table(
        "# a comment\n"
        "text/x-new\tNEW  html # behind\n"
        "application/without-ends\n"
        "no-type end\n"
        "\r\n"
        "image/x-later new");
    EXPECT_EQ(types.find("a.html"), "text/x-new");
    EXPECT_EQ(types.find("a.new"), "image/x-later");
    EXPECT_EQ(types.find("a.end"), "");
    EXPECT_EQ(types.find("a.htm"), "text/html");
}

TEST(MimeTypes, single_ones_come_before_tables) {
    MimeTypes types("");
    types.add_table("text/x-new new");
    EXPECT_TRUE(types.add("New", "text/x-newer"));
    EXPECT_TRUE(types.add("first", "text/x-first"));
    EXPECT_EQ(types.find("a.new"), "text/x-newer");
    EXPECT_EQ(types.find("a.first"), "text/x-first");
    for (const char* type :
         {"", "text", "text/", "/plain", "text/pl ain", "text/plain\r\nX: y", "text/a;\x01"}) {
        EXPECT_FALSE(types.add("bad", type)) << type;
    }
}

}  // namespace
}  // namespace berth::file
