#include "config/tls_reader.h"

#include "config_reading.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

struct Tls : testing::Reading {
    explicit Tls(const std::string& settings)
        : Reading("site: a\nlisten: https://:1\ntls:" + settings + "\n",
                  testing::outside_of({}),
                  "/conf/a.yaml") {}
    const TlsSettings& settings() const {
        EXPECT_EQ(said(), "");
        static const TlsSettings kNone;
        return config.sites.front().tls ? *config.sites.front().tls : kNone;
    }
};

TEST(TlsReader, defaults_are_those_of_a_careful_server) {
    const Tls tls(" { cert: a.pem, key: a.key }");
    EXPECT_EQ(tls.settings().min_version, "1.2");
    EXPECT_FALSE(tls.settings().strict_sni);
    EXPECT_EQ(tls.settings().client_cert, TlsSettings::ClientCert::kNone);
}

TEST(TlsReader, every_setting_arrives) {
    const std::string fingerprint(64, 'A');
    const Tls tls(R"(
  cert: a.pem
  key: /k/a.key
  certificates: [{ cert: b.pem, key: b.key }]
  names: { Other.test: { cert: c.pem, key: c.key } }
  min_version: "1.3"
  strict_sni: true
  client: { ca: ca.pem, cert: optional, hosts: [x.test], fingerprints: [)" +
                  fingerprint + "] }");
    const TlsSettings& settings = tls.settings();
    ASSERT_EQ(settings.certificates.size(), 2u);
    EXPECT_EQ(settings.certificates[0].cert_file, "/conf/a.pem");
    EXPECT_EQ(settings.certificates[0].key_file, "/k/a.key");
    EXPECT_EQ(settings.certificates[1].cert_file, "/conf/b.pem");
    EXPECT_EQ(settings.min_version, "1.3");
    EXPECT_TRUE(settings.strict_sni);
    EXPECT_EQ(settings.client_ca_file, "/conf/ca.pem");
    EXPECT_EQ(settings.client_cert, TlsSettings::ClientCert::kOptional);
    EXPECT_EQ(settings.client_hosts, std::vector<std::string>{"x.test"});
    EXPECT_EQ(settings.client_fingerprints, std::vector<std::string>{std::string(64, 'a')});

    const auto& [name, own] = tls.config.sites.front().tls_names.front();
    EXPECT_EQ(name, "other.test");
    ASSERT_EQ(own.certificates.size(), 1u);
    EXPECT_EQ(own.certificates.front().cert_file, "/conf/c.pem");
    EXPECT_EQ(own.min_version, "1.3");
}

TEST(TlsReader, self_signed_has_no_files) {
    EXPECT_TRUE(Tls(" self-signed").settings().certificates.empty());
    EXPECT_TRUE(Tls(" { cert: self-signed, strict_sni: true }").settings().strict_sni);
}

TEST(TlsReader, self_signed_needs_no_key_and_goes_with_nothing_else) {
    EXPECT_TRUE(Tls(" { cert: self-signed, key: a.key }").has(Problem::kTlsUnused));
    EXPECT_TRUE(Tls(" { cert: self-signed, certificates: [{ cert: a, key: b }] }")
                    .has(Problem::kTlsUnused));
}

TEST(TlsReader, half_a_pair_is_refused) {
    EXPECT_TRUE(Tls(" { cert: a.pem }").says("tls has a cert but no key"));
    EXPECT_TRUE(Tls(" { key: a.key }").says("tls has a key but no cert"));
    EXPECT_TRUE(Tls(" { min_version: \"1.3\" }").says("tls names no certificate"));
    EXPECT_TRUE(Tls(" { certificates: [{ cert: a.pem }] }").has(Problem::kMissingSetting));
    EXPECT_TRUE(
        Tls(" { cert: a, key: b, client: { cert: optional } }").has(Problem::kMissingSetting));
}

TEST(TlsReader, fingerprints_may_have_colons_all_or_none_of_them) {
    std::string colons = "AB";
    for (int i = 0; i < 31; ++i) {
        colons += ":CD";
    }
    const std::string client = " { cert: a, key: b, client: { ca: c, fingerprints: [\"";
    EXPECT_EQ(Tls(client + colons + "\"] } }").settings().client_fingerprints.front().size(), 64u);
    EXPECT_TRUE(Tls(client + "ab\"] } }").has(Problem::kBadForm));
    EXPECT_TRUE(Tls(client + std::string(64, 'g') + "\"] } }").has(Problem::kBadForm));
}

TEST(TlsReader, names_of_single_certificates_are_host_names) {
    EXPECT_TRUE(Tls(" { cert: a, key: b, names: { \"x:80\": { cert: c, key: d } } }")
                    .has(Problem::kHostName));
}

TEST(TlsReader, keys_may_come_from_outside_as_pem) {
    const testing::Reading reading(
        "site: a\nlisten: https://:1\ntls: { cert: \"${cred:c}\", key: \"${cred:k}\" }\n",
        testing::outside_of({{"CREDENTIALS_DIRECTORY", "/c"}},
                            {{"/c/c", "-----BEGIN C"}, {"/c/k", "-----BEGIN K"}}));
    EXPECT_EQ(reading.said(), "");
    EXPECT_EQ(reading.config.sites.front().tls->certificates.front().cert_pem, "-----BEGIN C");
    EXPECT_EQ(reading.config.sites.front().tls->certificates.front().key_pem, "-----BEGIN K");
}

TEST(TlsReader, certificates_by_acme_are_refused_until_there_is_acme) {
    EXPECT_TRUE(Tls(" auto").has(Problem::kTlsAuto));
}

}  // namespace
}  // namespace berth
