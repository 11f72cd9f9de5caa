#include "tls/password_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

struct Vector {
    const char *password, *hash;
};

constexpr Vector kVectors[] = {
    // Drepper, "Unix crypt using SHA-256 and SHA-512"
    {"Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
    {"Hello world!",
     "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
     "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS"
     "35inz1"},
    {"Hello world!",
     "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"},
    // crypt_blowfish 1.3, wrapper.c
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    // Apache, "Password Formats"
    {"myPassword", "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC"},
    {"myPassword", "{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE="},
    {"myPassword", "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/"},
    // Argon2 reference implementation, src/test.c
    {"password",
     "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
    {"password",
     "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
    // yescrypt 1.1.0, TESTS-OK
    {"pleaseletmein",
     "$y$jD5.7$LdJMENpBABJJ3hIHjB1Bi.$HboGM6qPrsK.StKYGt6KErmUYtioHreJd98oIugoNB6"},
    // The original's `auth generate`
    {"your_password",
     "sha256:6e6574697573:8425d0f30bd166a33551b979fda2f66143c9169bcf84ccd2a725a71cfbd72ccc"},
    {"your_password", "md5:73616c74:20e5ea4959415a4b8d0d5b04557d21dd"},
    {"your_password", "sha1:564e340cd48437d2dfe876ee154cc99dc4d0d137"},
};

TEST(PasswordHash, published_vectors) {
    for (const auto& [password, hash] : kVectors) {
        EXPECT_EQ(check_password_hash(hash), HashProblem::kNone) << hash;
        EXPECT_TRUE(password_matches(password, hash)) << hash;
    }
}

TEST(PasswordHash, another_password_does_not_match) {
    for (const auto& [password, hash] : kVectors) {
        EXPECT_FALSE(password_matches(std::string(password) + "x", hash)) << hash;
        EXPECT_FALSE(password_matches("", hash)) << hash;
    }
}

TEST(PasswordHash, another_digest_does_not_match) {
    for (const auto& [password, hash] : kVectors) {
        std::string other = hash;
        const size_t at = other.size() - 10;
        other[at] = other[at] == '7' ? '8' : '7';
        EXPECT_FALSE(password_matches(password, other)) << other;
    }
}

// By openssl passwd: lengths around the 16 bytes that the algorithm works in.
TEST(PasswordHash, md5_crypt_of_every_length) {
    const Vector vectors[] = {
        {"", "$apr1$saltsalt$a8ml/vK5HEjiZ5oypDWA7/"},
        {"0123456789abcdef", "$apr1$saltsalt$noZiBycUL1t9WTQEO7/nr1"},
        {"0123456789abcdefg", "$apr1$saltsalt$zEghXWGhM0psocYwTG.hX1"},
        {"0123456789abcdefg", "$1$saltsalt$Tz7GELx6iQQ6ls/oXi2H3/"},
    };
    for (const auto& [password, hash] : vectors) {
        EXPECT_TRUE(password_matches(password, hash)) << hash;
    }
}

TEST(PasswordHash, a_zero_byte_does_not_cut_a_password_off) {
    for (const auto& [password, hash] : kVectors) {
        EXPECT_FALSE(password_matches(std::string(password) + std::string("\0x", 2), hash)) << hash;
    }
}

TEST(PasswordHash, passwords_longer_than_libxcrypt_takes_do_not_match) {
    const auto hash = hash_password(NewHash::kYescrypt, std::string(kPasswordMax, 'x'));
    ASSERT_TRUE(hash.ok());
    EXPECT_TRUE(password_matches(std::string(kPasswordMax, 'x'), hash.value()));
    EXPECT_FALSE(password_matches(std::string(kPasswordMax + 1, 'x'), hash.value()));
}

TEST(PasswordHash, plain_text_and_weak_forms_are_unknown) {
    for (const char* unknown : {"",
                                "secret",
                                "rqXexS6ZhobKA",
                                "$3$$8846f7eaee8fb117ad06bdd830b7586c",
                                "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$x",
                                "plain:secret",
                                "*",
                                "!"}) {
        EXPECT_EQ(check_password_hash(unknown), HashProblem::kUnknown) << unknown;
        EXPECT_FALSE(password_matches(unknown, unknown));
    }
}

TEST(PasswordHash, cut_off_hashes_are_malformed) {
    for (const auto& [password, hash] : kVectors) {
        const std::string_view whole(hash);
        EXPECT_EQ(check_password_hash(whole.substr(0, whole.size() - 1)), HashProblem::kMalformed)
            << hash;
        EXPECT_EQ(check_password_hash(std::string(whole) + "!"), HashProblem::kMalformed) << hash;
    }
    EXPECT_EQ(check_password_hash(std::string("$6$a\0b", 6)), HashProblem::kMalformed);
    EXPECT_EQ(check_password_hash("sha256:xy:00"), HashProblem::kMalformed);
    EXPECT_EQ(check_password_hash("$apr1$toolongsalt$HqJZimcKQFAMYayBlzkrA/"),
              HashProblem::kMalformed);
}

TEST(PasswordHash, costs_that_would_block_a_thread_are_refused) {
    for (const char* dear :
         {"$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
          "$5$rounds=99999999$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
          "$argon2id$v=19$m=2000000,t=2,p=1$c29tZXNhbHQ$"
          "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
          "$argon2id$v=19$m=256,t=100,p=1$c29tZXNhbHQ$"
          "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"}) {
        EXPECT_EQ(check_password_hash(dear), HashProblem::kTooDear) << dear;
    }
}

TEST(PasswordHash, new_ones_match_their_password_and_have_their_own_salt) {
    constexpr std::pair<NewHash, std::string_view> kKinds[] = {
        {NewHash::kYescrypt, "$y$j9T$"},
        {NewHash::kArgon2id, "$argon2id$v=19$m=19456,t=2,p=1$"},
        {NewHash::kBcrypt, "$2b$12$"}};
    for (const auto& [kind, prefix] : kKinds) {
        const auto first = hash_password(kind, "p\xc3\xa4ss");
        const auto second = hash_password(kind, "p\xc3\xa4ss");
        ASSERT_TRUE(first.ok() && second.ok());
        EXPECT_EQ(first.value().substr(0, prefix.size()), prefix);
        EXPECT_NE(first.value(), second.value());
        EXPECT_EQ(check_password_hash(first.value()), HashProblem::kNone) << first.value();
        EXPECT_TRUE(password_matches("p\xc3\xa4ss", first.value()));
        EXPECT_FALSE(password_matches("pass", first.value()));
    }
}

TEST(PasswordHash, refuses_to_hash_what_would_be_cut_off) {
    EXPECT_FALSE(hash_password(NewHash::kBcrypt, std::string(73, 'x')).ok());
    EXPECT_FALSE(hash_password(NewHash::kYescrypt, std::string(512, 'x')).ok());
    EXPECT_FALSE(hash_password(NewHash::kArgon2id, std::string("a\0b", 3)).ok());
}

}  // namespace
}  // namespace berth
