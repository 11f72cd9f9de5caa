#include "plugin/service_tables.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

namespace berth {
namespace {

const berth_crypto_ext& crypto() {
    return crypto_table();
}

berth_sv sv(std::string_view text) {
    return {text.data(), text.size()};
}

TEST(CryptoServices, table_is_complete) {
    EXPECT_EQ(crypto().h.size, sizeof(berth_crypto_ext));
    EXPECT_TRUE(HostServices::provides(BERTH_CRYPTO_EXT));
    EXPECT_TRUE(BERTH_HAS(berth_crypto_ext, &crypto(), password_hash));
}

TEST(CryptoServices, random_bytes_differ_and_stay_in_their_place) {
    std::array<uint8_t, 34> first{}, second{};
    EXPECT_EQ(crypto().random(first.data() + 1, 32), BERTH_OK);
    EXPECT_EQ(crypto().random(second.data() + 1, 32), BERTH_OK);
    EXPECT_NE(first, second);
    EXPECT_EQ(first[0] | first[33], 0);
    EXPECT_EQ(crypto().random(nullptr, 0), BERTH_OK);
}

TEST(CryptoServices, digests_fill_their_size) {
    constexpr uint32_t kKinds[] = {
        BERTH_DIGEST_SHA1, BERTH_DIGEST_SHA256, BERTH_DIGEST_SHA384, BERTH_DIGEST_SHA512};
    for (const uint32_t kind : kKinds) {
        std::array<uint8_t, BERTH_DIGEST_MAX + 1> sum{}, keyed{};
        const berth_sv parts[] = {sv("a"), {nullptr, 0}, sv("bc")};
        EXPECT_EQ(crypto().digest(kind, parts, 3, sum.data()), BERTH_OK);
        EXPECT_EQ(crypto().hmac(kind, sv("key"), parts, 3, keyed.data()), BERTH_OK);
        EXPECT_NE(sum, keyed);
        EXPECT_EQ(sum[berth_digest_size(kind)], 0);
        EXPECT_NE(sum[0] | sum[1] | sum[berth_digest_size(kind) - 1], 0);
    }
    uint8_t out[BERTH_DIGEST_MAX];
    EXPECT_EQ(crypto().digest(99, nullptr, 0, out), BERTH_E_INVAL);
    EXPECT_EQ(crypto().hmac(0, sv("k"), nullptr, 0, out), BERTH_E_INVAL);
    EXPECT_EQ(berth_digest_size(99), 0u);
}

TEST(CryptoServices, compares_and_wipes) {
    char a[] = "secret", b[] = "secreT";
    EXPECT_EQ(crypto().equal(a, b, 5), 1);
    EXPECT_EQ(crypto().equal(a, b, 6), 0);
    EXPECT_EQ(crypto().equal(nullptr, nullptr, 0), 1);
    crypto().wipe(a, 6);
    EXPECT_EQ(std::string(a, 6), std::string(6, '\0'));
}

TEST(CryptoServices, base64_in_each_form) {
    char text[BERTH_BASE64_TEXT_SIZE(4)];
    char bytes[BERTH_BASE64_DATA_SIZE(8)];
    size_t n = 99;
    EXPECT_EQ(crypto().base64_encode(0, sv("\xff\xfe\xfd\xfc"), text), 8u);
    EXPECT_EQ(std::string(text, 8), "//79/A==");
    EXPECT_EQ(
        crypto().base64_encode(BERTH_BASE64_URL | BERTH_BASE64_BARE, sv("\xff\xfe\xfd\xfc"), text),
        6u);
    EXPECT_EQ(std::string(text, 6), "__79_A");
    EXPECT_EQ(crypto().base64_decode(0, sv("//79/A=="), bytes, &n), BERTH_OK);
    EXPECT_EQ(std::string(bytes, n), "\xff\xfe\xfd\xfc");
    EXPECT_EQ(crypto().base64_decode(0, sv("__79_A"), bytes, &n), BERTH_E_INVAL);
    EXPECT_EQ(n, 0u);
}

TEST(CryptoServices, statuses_tell_hashes_apart) {
    EXPECT_EQ(crypto().password_check(sv("$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/")), BERTH_OK);
    EXPECT_EQ(crypto().password_check(sv("$apr1$r31.....$Hq")), BERTH_E_INVAL);
    EXPECT_EQ(crypto().password_check(sv("secret")), BERTH_E_UNSUPPORTED);
    EXPECT_EQ(
        crypto().password_check(sv("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")),
        BERTH_E_LIMIT);
    EXPECT_EQ(crypto().password_verify(sv("x"), sv("x")), BERTH_E_UNSUPPORTED);
}

TEST(CryptoServices, verifies_what_it_hashed) {
    char hash[BERTH_PASSWORD_HASH_MAX];
    size_t n = 0;
    ASSERT_EQ(crypto().password_hash(BERTH_PASSWORD_YESCRYPT, sv("open sesame"), hash, &n),
              BERTH_OK);
    EXPECT_EQ(crypto().password_verify(sv("open sesame"), {hash, n}), BERTH_OK);
    EXPECT_EQ(crypto().password_verify(sv("open barley"), {hash, n}), BERTH_E_DENIED);
    EXPECT_EQ(crypto().password_hash(99, sv("x"), hash, &n), BERTH_E_INVAL);
    EXPECT_EQ(crypto().password_hash(BERTH_PASSWORD_BCRYPT, sv(std::string(73, 'x')), hash, &n),
              BERTH_E_LIMIT);
    EXPECT_EQ(crypto().password_hash(BERTH_PASSWORD_YESCRYPT, {"a\0b", 3}, hash, &n),
              BERTH_E_INVAL);
}

}  // namespace
}  // namespace berth
