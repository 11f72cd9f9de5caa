#include "tls/tls_server.h"

#include "support/test_certificates.h"
#include "support/tls_wire.h"
#include "tls/tls_io.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::make_certificate;
using testing::TestCertificate;
using testing::TlsWire;

TlsSite site_of(const std::string& id, const std::vector<std::string>& hosts) {
    TlsSite site;
    site.id = site.site = id;
    site.hosts = hosts;
    site.key_pairs.push_back(make_certificate({.common_name = id}).pair());
    return site;
}

std::unique_ptr<TlsServer> server_of(std::vector<TlsSite> sites,
                                     std::vector<std::string> alpn = {}) {
    TlsServer::Options options;
    options.sites = std::move(sites);
    options.alpn = std::move(alpn);
    auto server = TlsServer::make(std::move(options));
    EXPECT_TRUE(server.ok()) << server.error().message;
    return std::move(server).value();
}

ClientBehaviour asking_for(const std::string& name, int version = 0) {
    ClientBehaviour behaviour;
    behaviour.server_name = name;
    behaviour.version = version;
    return behaviour;
}

class TlsServerOfVersion : public ::testing::TestWithParam<int> {
protected:
    TlsIo io_;
};
INSTANTIATE_TEST_SUITE_P(TlsServer,
                         TlsServerOfVersion,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsServerOfVersion, picks_the_site_by_name) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("exact", {"www.example.com"}));
    sites.push_back(site_of("wild", {"*.example.com"}));
    sites.push_back(site_of("every", {}));
    const auto server = server_of(std::move(sites));
    const struct {
        const char* asked;
        const char* answers;
    } table[] = {{"www.example.com", "exact"},
                 {"WWW.Example.COM", "exact"},
                 {"mail.example.com", "wild"},
                 {"a.b.example.com", "every"},
                 {"example.org", "every"},
                 {"", "every"}};
    for (const auto& row : table) {
        TlsWire wire(*server, io_, asking_for(row.asked, GetParam()));
        ASSERT_TRUE(wire.handshake()) << row.asked << ": " << wire.client_error();
        EXPECT_EQ(wire.peer_common_name(), row.answers) << row.asked;
        EXPECT_EQ(wire.server().info().site, row.answers) << row.asked;
        EXPECT_TRUE(wire.exchange());
    }
}

TEST_P(TlsServerOfVersion, tells_what_was_agreed) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("one", {}));
    const auto server = server_of(std::move(sites), {"h2", "http/1.1"});
    ClientBehaviour behaviour = asking_for("Example.com", GetParam());
    behaviour.alpn = {"http/1.1", "h2"};
    TlsWire wire(*server, io_, behaviour);
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    const TlsInfo& info = wire.server().info();
    EXPECT_EQ(info.version, GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
    EXPECT_EQ(info.cipher, SSL_get_cipher_name(wire.client()));
    EXPECT_EQ(info.alpn, "h2") << "the server's order decides";
    EXPECT_EQ(info.server_name, "example.com");
    EXPECT_EQ(info.peer_cert_der, "");
}

TEST_P(TlsServerOfVersion, refuses_alpn_without_overlap) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("one", {}));
    const auto server = server_of(std::move(sites), {"h2", "http/1.1"});
    ClientBehaviour behaviour = asking_for("", GetParam());
    behaviour.alpn = {"smtp"};
    TlsWire wire(*server, io_, behaviour);
    EXPECT_FALSE(wire.handshake());
    EXPECT_NE(wire.client_error().find("no application protocol"), std::string::npos)
        << wire.client_error();
}

TEST_P(TlsServerOfVersion, alpn_is_optional_on_both_sides) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("one", {}));
    const auto with = server_of(sites, {"h2"});
    TlsWire silent_client(*with, io_, asking_for("", GetParam()));
    EXPECT_TRUE(silent_client.handshake()) << silent_client.client_error();
    EXPECT_EQ(silent_client.server().info().alpn, "");

    const auto without = server_of(sites);
    ClientBehaviour behaviour = asking_for("", GetParam());
    behaviour.alpn = {"h2"};
    TlsWire silent_server(*without, io_, behaviour);
    EXPECT_TRUE(silent_server.handshake()) << silent_server.client_error();
    EXPECT_EQ(silent_server.server().info().alpn, "");
}

TEST_P(TlsServerOfVersion, strict_sites_refuse_unknown_names) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("one", {"one.example"}));
    sites.push_back(site_of("two", {"two.example"}));
    sites.back().strict_sni = true;
    const auto server = server_of(std::move(sites));
    for (const char* name : {"three.example", ""}) {
        TlsWire wire(*server, io_, asking_for(name, GetParam()));
        EXPECT_FALSE(wire.handshake()) << name;
        EXPECT_NE(wire.client_error().find("unrecognized name"), std::string::npos)
            << wire.client_error();
    }
    TlsWire known(*server, io_, asking_for("one.example", GetParam()));
    EXPECT_TRUE(known.handshake()) << known.client_error();
}

TEST_P(TlsServerOfVersion, each_site_has_its_own_lowest_version) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("new", {"new.example"}));
    sites.back().min_version = "1.3";
    sites.push_back(site_of("old", {"old.example"}));
    const auto server = server_of(std::move(sites));
    TlsWire old_site(*server, io_, asking_for("old.example", GetParam()));
    EXPECT_TRUE(old_site.handshake()) << old_site.client_error();
    TlsWire new_site(*server, io_, asking_for("new.example", GetParam()));
    EXPECT_EQ(new_site.handshake(), GetParam() == TLS1_3_VERSION);
}

TEST_P(TlsServerOfVersion, later_handshakes_use_a_replaced_certificate) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("other", {"other.example"}));
    sites.push_back(site_of("before", {}));
    const auto server = server_of(std::move(sites));
    TlsWire running(*server, io_, asking_for("", GetParam()));
    ASSERT_TRUE(running.handshake());
    TlsWire begun(*server, io_, asking_for("", GetParam()));  // accepted, not yet shaken hands

    const auto replaced =
        server->replace_key_pairs("before", {make_certificate({.common_name = "after"}).pair()});
    ASSERT_TRUE(replaced.ok()) << replaced.error().message;
    EXPECT_TRUE(running.exchange()) << "a running session is untouched";
    ASSERT_TRUE(begun.handshake()) << begun.client_error();
    EXPECT_EQ(begun.peer_common_name(), "after");
    TlsWire other(*server, io_, asking_for("other.example", GetParam()));
    ASSERT_TRUE(other.handshake());
    EXPECT_EQ(other.peer_common_name(), "other");
}

TEST(TlsServer, keeps_the_old_pair_when_the_new_one_does_not_fit) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("site", {}));
    const auto server = server_of(std::move(sites));
    TlsKeyPair mixed = make_certificate({}).pair();
    mixed.key_pem = make_certificate({}).pair().key_pem;
    mixed.certificate_name = "new.pem";
    mixed.key_name = "old.key";
    TlsKeyPair half = make_certificate({}).pair();
    half.certificate_pem.resize(half.certificate_pem.size() / 2);

    const auto mismatch = server->replace_key_pairs("site", {mixed});
    ASSERT_FALSE(mismatch.ok());
    EXPECT_NE(mismatch.error().message.find("'new.pem' and key 'old.key'"), std::string::npos)
        << mismatch.error().message;
    EXPECT_FALSE(server->replace_key_pairs("site", {half}).ok());
    EXPECT_FALSE(server->replace_key_pairs("site", {}).ok());
    EXPECT_FALSE(server->replace_key_pairs("nobody", {make_certificate({}).pair()}).ok());

    TlsIo io;
    TlsWire wire(*server, io);
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    EXPECT_EQ(wire.peer_common_name(), "site");
}

TEST(TlsServer, serves_ecdsa_and_rsa_by_what_the_client_can) {
    TlsSite site = site_of("ecdsa", {});
    site.key_pairs.push_back(make_certificate({.common_name = "rsa", .rsa = true}).pair());
    std::vector<TlsSite> sites;
    sites.push_back(std::move(site));
    const auto server = server_of(std::move(sites));
    TlsIo io;
    ClientBehaviour behaviour = asking_for("", TLS1_2_VERSION);
    behaviour.ciphers = "ECDHE-RSA-AES128-GCM-SHA256";
    TlsWire rsa(*server, io, behaviour);
    ASSERT_TRUE(rsa.handshake()) << rsa.client_error();
    EXPECT_EQ(rsa.peer_common_name(), "rsa");
    behaviour.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    TlsWire ecdsa(*server, io, behaviour);
    ASSERT_TRUE(ecdsa.handshake()) << ecdsa.client_error();
    EXPECT_EQ(ecdsa.peer_common_name(), "ecdsa");
}

TEST(TlsServer, refuses_ciphers_without_forward_secrecy_or_aead) {
    TlsSite site = site_of("rsa", {});
    site.key_pairs = {make_certificate({.rsa = true}).pair()};
    std::vector<TlsSite> sites;
    sites.push_back(std::move(site));
    const auto server = server_of(std::move(sites));
    TlsIo io;
    for (const char* cipher : {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256"}) {
        ClientBehaviour behaviour = asking_for("", TLS1_2_VERSION);
        behaviour.ciphers = cipher;
        TlsWire wire(*server, io, behaviour);
        EXPECT_FALSE(wire.handshake()) << cipher;
    }
}

TEST(TlsServer, says_what_is_wrong_with_its_settings) {
    const auto error_of = [](TlsSite site) {
        TlsServer::Options options;
        options.sites.push_back(std::move(site));
        const auto server = TlsServer::make(std::move(options));
        return server.ok() ? std::string() : server.error().message;
    };
    TlsSite no_certificate = site_of("shop", {});
    no_certificate.key_pairs.clear();
    EXPECT_EQ(error_of(no_certificate), "site 'shop' has no certificate");
    TlsSite version = site_of("shop", {});
    version.min_version = "1.1";
    EXPECT_EQ(error_of(version), "site 'shop': TLS version '1.1' is neither 1.2 nor 1.3");
    TlsSite damaged = site_of("shop", {});
    damaged.key_pairs[0].key_pem = Secret(std::string("-----BEGIN nonsense"));
    EXPECT_NE(error_of(damaged).find("site 'shop': key 'test.key' is not a private key"),
              std::string::npos)
        << error_of(damaged);
    TlsSite encrypted = site_of("shop", {});
    encrypted.key_pairs[0].key_pem = Secret(std::string(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"));
    EXPECT_NE(error_of(encrypted).find("is encrypted"), std::string::npos) << error_of(encrypted);
}

TEST(TlsServer, refuses_renegotiation) {
    std::vector<TlsSite> sites;
    sites.push_back(site_of("one", {}));
    const auto server = server_of(std::move(sites));
    TlsIo io;
    TlsWire wire(*server, io, asking_for("", TLS1_2_VERSION));
    ASSERT_TRUE(wire.handshake());
    ASSERT_EQ(SSL_renegotiate(wire.client()), 1);
    SSL_do_handshake(wire.client());
    EXPECT_EQ(wire.server_reads(1), "");
    wire.server().flush(wire.server_fd());
    EXPECT_EQ(wire.client_reads(), "");
    EXPECT_NE(wire.client_error().find("no renegotiation"), std::string::npos)
        << wire.client_error();
}

}  // namespace
}  // namespace berth
