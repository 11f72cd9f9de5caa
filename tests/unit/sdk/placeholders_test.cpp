#include "berth/cpp/placeholders.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::sdk {
namespace {

// Names in angle brackets, "(refused)" for what is no such text.
std::string taken_apart(std::string_view text) {
    const auto pieces = parse_placeholders(text);
    if (!pieces) {
        return "(refused)";
    }
    std::string shown;
    for (const TextPiece& piece : *pieces) {
        shown += piece.is_name ? "<" + piece.text + ">" : piece.text + "|";
    }
    return shown;
}

TEST(Placeholders, AreTextAndNamesInTheirOrder) {
    EXPECT_EQ(taken_apart(""), "");
    EXPECT_EQ(taken_apart("plain"), "plain|");
    EXPECT_EQ(taken_apart("{a}{b} c {d}"), "<a><b> c |<d>");
}

TEST(Placeholders, WriteABraceTwiceForItself) {
    EXPECT_EQ(taken_apart("{{}}"), "{}|");
    EXPECT_EQ(taken_apart("{{{a}}}"), "{|<a>}|");
}

TEST(Placeholders, RefuseBracesWithoutAPartner) {
    for (const char* bad : {"{", "}", "{a", "a}", "{}", "{a{b}}", "{{a}"}) {
        EXPECT_EQ(taken_apart(bad), "(refused)") << bad;
    }
}

}  // namespace
}  // namespace berth::sdk
