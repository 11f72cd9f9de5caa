#include "tls/client_hello.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth {
namespace {

std::optional<std::string_view> parse(const std::string& bytes) {
    return parse_server_name({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

std::string vector_of(const std::string& body) {
    return std::string{static_cast<char>(body.size() >> 8), static_cast<char>(body.size())} + body;
}

std::string entry(char type, const std::string& name) {
    return type + vector_of(name);
}

TEST(ClientHello, finds_the_host_name) {
    EXPECT_EQ(parse(vector_of(entry(0, "example.com"))), "example.com");
    EXPECT_EQ(parse(vector_of(entry(0, std::string(255, 'a')))), std::string(255, 'a'));
}

TEST(ClientHello, skips_names_of_other_types) {
    EXPECT_EQ(parse(vector_of(entry(7, "x") + entry(0, "example.com"))), "example.com");
    EXPECT_EQ(parse(vector_of(entry(7, "x"))), "");
}

TEST(ClientHello, refuses_what_is_malformed) {
    const std::string good = vector_of(entry(0, "example.com"));
    const std::vector<std::string> bad = {
        "",
        std::string(1, '\0'),
        vector_of(""),
        good + "x",
        vector_of(entry(0, "")),
        vector_of(entry(0, std::string(256, 'a'))),
        vector_of(entry(0, std::string("exam\0ple", 8))),
        vector_of(entry(0, "a") + entry(0, "b")),
        vector_of(std::string("\0\0", 2)),
        vector_of(std::string("\0\0\5abc", 6)),
    };
    for (const std::string& bytes : bad) {
        EXPECT_EQ(parse(bytes), std::nullopt) << ::testing::PrintToString(bytes);
    }
    for (size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(parse(good.substr(0, size)), std::nullopt) << "cut to " << size;
    }
}

}  // namespace
}  // namespace berth
