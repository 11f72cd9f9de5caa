#include "process/tls_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

TlsKeyPair pair_of(std::string certificate, std::string key) {
    TlsKeyPair pair;
    pair.certificate_pem = std::move(certificate);
    pair.key_pem = Secret(std::move(key));
    return pair;
}

TEST(TlsMaterial, key_pairs_survive_packing) {
    const std::string text =
        pack_key_pairs({pair_of("cert 1", "key 1"), pair_of("cert 2", "key 2")});
    const std::vector<TlsKeyPair> back = unpack_key_pairs(text);
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].certificate_pem, "cert 1");
    EXPECT_EQ(back[0].key_pem.view(), "key 1");
    EXPECT_EQ(back[1].certificate_pem, "cert 2");
    EXPECT_EQ(back[1].key_pem.view(), "key 2");
}

TEST(TlsMaterial, a_text_that_was_cut_gives_only_whole_pairs) {
    const std::string text = pack_key_pairs({pair_of("c1", "k1"), pair_of("c2", "k2")});
    for (size_t n = 0; n < text.size(); ++n) {
        EXPECT_EQ(unpack_key_pairs(std::string_view(text).substr(0, n)).size(), n < 6 ? 0u : 1u);
    }
}

TEST(TlsMaterial, a_missing_file_is_reported_at_its_place) {
    Config config;
    config.sites.emplace_back();
    config.sites[0].name = "shop";
    config.sites[0].tls.emplace();
    TlsCertificate certificate;
    certificate.cert_file = "/nowhere/shop.pem";
    certificate.key_file = "/nowhere/shop.key";
    config.sites[0].tls->certificates.push_back(certificate);
    Diagnostics diagnostics;
    TlsMaterial::load(config, {}, diagnostics);
    ASSERT_EQ(diagnostics.error_count(), 1u);
    EXPECT_THAT(diagnostics.sorted()[0].message, ::testing::HasSubstr("/nowhere/shop."));
}

}  // namespace
}  // namespace berth
