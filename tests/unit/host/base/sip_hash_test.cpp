#include "base/sip_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

// The vectors of the reference implementation: key 00..0f, texts 00, 00 01, ... .
TEST(SipHash, gives_the_reference_values) {
    const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string text;
    const uint64_t expected[] = {0x726fdb47dd0e0e31,
                                 0x74f839c593dc67fd,
                                 0x0d6c8009d9a94f5a,
                                 0x85676696d7fb7e2d,
                                 0xcf2794e0277187b7,
                                 0x18765564cd99a68d,
                                 0xcbc9466e58fee3ce,
                                 0xab0200f58b01d137,
                                 0x93f5f5799a932462,
                                 0x9e0082df0ba9e4b0,
                                 0x7a5dbbc594ddb9f3,
                                 0xf4b32f46226bada7,
                                 0x751e8fbc860ee5fb,
                                 0x14ea5627c0843d90,
                                 0xf723ca908e7af2ee,
                                 0xa129ca6149be45e5};
    for (const uint64_t value : expected) {
        EXPECT_EQ(sip_hash(key, text), value) << text.size();
        text.push_back(static_cast<char>(text.size()));
    }
}

TEST(SipHash, depends_on_both_halves_of_the_key) {
    EXPECT_NE(sip_hash({1, 2}, "a"), sip_hash({1, 3}, "a"));
    EXPECT_NE(sip_hash({1, 2}, "a"), sip_hash({2, 2}, "a"));
}

}  // namespace
}  // namespace berth
