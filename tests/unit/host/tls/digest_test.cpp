#include "tls/digest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace berth {
namespace {

std::string hex(const uint8_t* bytes, size_t n) {
    std::string text;
    for (size_t i = 0; i < n; ++i) {
        text.push_back("0123456789abcdef"[bytes[i] >> 4]);
        text.push_back("0123456789abcdef"[bytes[i] & 15]);
    }
    return text;
}

std::string digest_text(DigestKind kind, std::initializer_list<std::string_view> parts) {
    std::array<uint8_t, kDigestMax> out{};
    EXPECT_TRUE(digest(kind, {parts.begin(), parts.size()}, out.data()));
    return hex(out.data(), digest_size(kind));
}

std::string hmac_text(DigestKind kind,
                      std::string_view key,
                      std::initializer_list<std::string_view> parts) {
    std::array<uint8_t, kDigestMax> out{};
    EXPECT_TRUE(hmac(kind, key, {parts.begin(), parts.size()}, out.data()));
    return hex(out.data(), digest_size(kind));
}

// RFC 1321 A.5 and FIPS 180: the digests of "abc".
TEST(Digest, vectors_of_the_standards) {
    EXPECT_EQ(digest_text(DigestKind::kMd5, {"abc"}), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(digest_text(DigestKind::kSha1, {"abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(digest_text(DigestKind::kSha224, {"abc"}),
              "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    EXPECT_EQ(digest_text(DigestKind::kSha256, {"abc"}),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest_text(DigestKind::kSha384, {"abc"}),
              "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
              "8086072ba1e7cc2358baeca134c825a7");
    EXPECT_EQ(digest_text(DigestKind::kSha512, {"abc"}),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digest, is_of_the_parts_together) {
    EXPECT_EQ(digest_text(DigestKind::kSha256, {"a", "", "bc"}),
              digest_text(DigestKind::kSha256, {"abc"}));
    EXPECT_EQ(digest_text(DigestKind::kSha1, {}), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

// RFC 4231 4.2, 4.3 and 4.7.
TEST(Digest, vectors_of_hmac) {
    EXPECT_EQ(hmac_text(DigestKind::kSha256, std::string(20, '\x0b'), {"Hi ", "There"}),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_text(DigestKind::kSha512, "Jefe", {"what do ya want for nothing?"}),
              "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
              "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    EXPECT_EQ(hmac_text(DigestKind::kSha256,
                        std::string(131, '\xaa'),
                        {"Test Using Larger Than Block-Size Key - Hash Key First"}),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hmac_text(DigestKind::kSha256, "", {}),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Digest, names_are_exact) {
    EXPECT_EQ(digest_kind("sha384"), DigestKind::kSha384);
    EXPECT_EQ(digest_kind("md5"), DigestKind::kMd5);
    EXPECT_FALSE(digest_kind("SHA256"));
    EXPECT_FALSE(digest_kind("sha"));
    EXPECT_FALSE(digest_kind(""));
}

}  // namespace
}  // namespace berth
