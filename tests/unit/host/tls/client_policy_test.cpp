#include "tls/client_policy.h"

#include "support/test_certificates.h"
#include "support/tls_wire.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::make_certificate;
using testing::TestCertificate;
using testing::TlsWire;

struct Clients {
    TestCertificate authority = make_certificate({.common_name = "CA", .is_authority = true});
    TestCertificate good =
        make_certificate({.common_name = "good", .hosts = {"good.example"}}, &authority);
    TestCertificate expired = make_certificate(
        {.common_name = "old", .hosts = {"good.example"}, .ends_in_days = 0}, &authority);
    TestCertificate stranger = make_certificate({.common_name = "x", .hosts = {"good.example"}});
};

const Clients& clients() {
    static const Clients made;
    return made;
}

class ClientPolicyOfVersion : public ::testing::TestWithParam<int> {
protected:
    // Whether the site lets a client in.
    bool admits(const TlsSite& policy, const TestCertificate* certificate) {
        TlsServer::Options options;
        options.sites.push_back(policy);
        options.sites.back().id = "locked";
        options.sites.back().key_pairs.push_back(make_certificate({}).pair());
        auto server = TlsServer::make(std::move(options));
        EXPECT_TRUE(server.ok()) << server.error().message;
        ClientBehaviour behaviour;
        behaviour.version = GetParam();
        behaviour.certificate = certificate;
        TlsWire wire(*server.value(), io_, behaviour);
        const bool done = wire.handshake() && wire.exchange();
        last_error_ = wire.client_error();
        last_certificate_ = wire.server().info().peer_cert_der;
        return done;
    }

    static TlsSite policy(ClientCertificate mode) {
        TlsSite site;
        site.client_certificate = mode;
        site.client_ca_pem = clients().authority.certificate_pem();
        return site;
    }

    TlsIo io_;
    std::string last_error_, last_certificate_;
};
INSTANTIATE_TEST_SUITE_P(ClientPolicy,
                         ClientPolicyOfVersion,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(ClientPolicyOfVersion, optional_and_required) {
    EXPECT_TRUE(admits(policy(ClientCertificate::kNone), nullptr));
    EXPECT_TRUE(admits(policy(ClientCertificate::kNone), &clients().good));
    EXPECT_EQ(last_certificate_, "") << "it was not asked for";
    EXPECT_TRUE(admits(policy(ClientCertificate::kOptional), nullptr));
    EXPECT_EQ(last_certificate_, "");
    EXPECT_TRUE(admits(policy(ClientCertificate::kOptional), &clients().good));
    EXPECT_NE(last_certificate_, "");
    EXPECT_FALSE(admits(policy(ClientCertificate::kOptional), &clients().stranger));
    EXPECT_FALSE(admits(policy(ClientCertificate::kRequired), nullptr));
    EXPECT_TRUE(admits(policy(ClientCertificate::kRequired), &clients().good));
    EXPECT_FALSE(admits(policy(ClientCertificate::kRequired), &clients().stranger));
    EXPECT_FALSE(admits(policy(ClientCertificate::kRequired), &clients().expired));
    EXPECT_NE(last_error_.find("certificate expired"), std::string::npos) << last_error_;
}

TEST_P(ClientPolicyOfVersion, fingerprints_narrow_what_the_authority_allows) {
    TlsSite site = policy(ClientCertificate::kRequired);
    site.client_fingerprints = {clients().good.fingerprint()};
    EXPECT_TRUE(admits(site, &clients().good));
    site.client_fingerprints = {clients().stranger.fingerprint()};
    EXPECT_FALSE(admits(site, &clients().good));
    EXPECT_NE(last_error_.find("bad certificate"), std::string::npos) << last_error_;
    EXPECT_FALSE(admits(site, &clients().stranger)) << "the authority must have signed it, too";
}

TEST_P(ClientPolicyOfVersion, fingerprints_alone_are_enough) {
    TlsSite site = policy(ClientCertificate::kRequired);
    site.client_ca_pem.clear();
    site.client_fingerprints = {clients().stranger.fingerprint(), clients().expired.fingerprint()};
    EXPECT_TRUE(admits(site, &clients().stranger));
    EXPECT_FALSE(admits(site, &clients().good));
    EXPECT_FALSE(admits(site, &clients().expired));
}

TEST_P(ClientPolicyOfVersion, hosts_must_be_in_the_certificate) {
    TlsSite site = policy(ClientCertificate::kRequired);
    site.client_hosts = {"other.example", "good.example"};
    EXPECT_TRUE(admits(site, &clients().good));
    site.client_hosts = {"other.example"};
    EXPECT_FALSE(admits(site, &clients().good));
}

TEST(ClientPolicy, fingerprints_may_have_colons_and_capitals) {
    TlsSite site;
    std::string colons;
    for (int i = 0; i < 32; ++i) {
        colons += i == 0 ? "AB" : ":cd";
    }
    site.client_fingerprints = {colons};
    EXPECT_TRUE(ClientPolicy::make(site).ok());
    for (const char* bad : {"", "abcd", "zz"}) {
        site.client_fingerprints = {bad};
        EXPECT_FALSE(ClientPolicy::make(site).ok()) << bad;
    }
    site.client_fingerprints = {colons + "00"};
    EXPECT_FALSE(ClientPolicy::make(site).ok());
}

TEST(ClientPolicy, needs_something_to_check_certificates_with) {
    TlsSite site;
    site.id = "shop";
    site.client_certificate = ClientCertificate::kRequired;
    site.client_hosts = {"a.example"};
    const auto policy = ClientPolicy::make(site);
    ASSERT_FALSE(policy.ok());
    EXPECT_NE(policy.error().message.find("neither a client CA nor fingerprints"),
              std::string::npos);
}

TEST(ClientPolicy, decides_again_about_resumed_sessions) {
    TlsSite site;
    site.client_certificate = ClientCertificate::kRequired;
    site.client_ca_pem = clients().authority.certificate_pem();
    const auto required = ClientPolicy::make(site);
    ASSERT_TRUE(required.ok());
    EXPECT_TRUE(required.value().admits_resumed(clients().good.certificate.get()));
    EXPECT_FALSE(required.value().admits_resumed(nullptr));
    EXPECT_FALSE(required.value().admits_resumed(clients().expired.certificate.get()));
    site.client_certificate = ClientCertificate::kOptional;
    const auto optional = ClientPolicy::make(site);
    ASSERT_TRUE(optional.ok());
    EXPECT_TRUE(optional.value().admits_resumed(nullptr));
    site.client_fingerprints = {clients().stranger.fingerprint()};
    const auto narrowed = ClientPolicy::make(site);
    ASSERT_TRUE(narrowed.ok());
    EXPECT_FALSE(narrowed.value().admits_resumed(clients().good.certificate.get()));
}

}  // namespace
}  // namespace berth
