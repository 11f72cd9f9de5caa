#include "berth/cpp/accept_encoding.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace berth::sdk {
namespace {

// Weights of gzip, br, zstd and identity.
std::string weights(std::initializer_list<const char*> fields) {
    AcceptEncoding accepted;
    for (const char* field : fields) {
        accepted.add(field);
    }
    std::string text;
    for (const Coding coding : {Coding::kGzip, Coding::kBrotli, Coding::kZstd, Coding::kIdentity}) {
        text += std::to_string(accepted.weight(coding)) + " ";
    }
    return text;
}

TEST(AcceptEncoding, without_a_field_asks_for_nothing) {
    EXPECT_EQ(weights({}), "0 0 0 1 ");
    EXPECT_EQ(weights({""}), "0 0 0 1 ");
}

TEST(AcceptEncoding, weighs_what_it_names) {
    EXPECT_EQ(weights({"gzip"}), "1000 0 0 1 ");
    EXPECT_EQ(weights({"gzip, deflate, br, zstd"}), "1000 1000 1000 1 ");
    EXPECT_EQ(weights({"GZIP;q=0.5, br ; Q=0.123,zstd;q=1.000"}), "500 123 1000 1 ");
    EXPECT_EQ(weights({"gzip;q=0", "br"}), "0 1000 0 1 ");
    EXPECT_EQ(weights({"x-gzip;q=0.3"}), "300 0 0 1 ");
    EXPECT_EQ(weights({"gzip;q=1., br;q=0."}), "1000 0 0 1 ");
}

TEST(AcceptEncoding, weighs_what_it_does_not_name_by_its_star) {
    EXPECT_EQ(weights({"*"}), "1000 1000 1000 1 ");
    EXPECT_EQ(weights({"gzip;q=0.2, *;q=0.1"}), "200 100 100 1 ");
    EXPECT_EQ(weights({"gzip, *;q=0"}), "1000 0 0 0 ");
    EXPECT_EQ(weights({"identity;q=0.5, *;q=0"}), "0 0 0 500 ");
}

TEST(AcceptEncoding, may_forbid_identity) {
    EXPECT_EQ(weights({"identity;q=0"}), "0 0 0 0 ");
    EXPECT_EQ(weights({"gzip;q=0.5, identity"}), "500 0 0 1000 ");
}

TEST(AcceptEncoding, passes_over_what_is_not_in_the_grammar) {
    for (const char* bad : {"gzip;q=1.001",
                            "gzip;q=2",
                            "gzip;q=0.1234",
                            "gzip;q=",
                            "gzip;q",
                            "gzip;",
                            "gzip;q=-1",
                            "gzip;q=.5",
                            "gzip;level=1",
                            "gzip;q=1;q=0",
                            "gz ip",
                            "gzip;q=0x"}) {
        EXPECT_EQ(weights({bad, "br"}), "0 1000 0 1 ") << bad;
    }
    EXPECT_EQ(weights({",, ,gzip,,"}), "1000 0 0 1 ");
}

}  // namespace
}  // namespace berth::sdk
