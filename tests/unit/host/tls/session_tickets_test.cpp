#include "tls/session_tickets.h"

#include "support/test_certificates.h"
#include "support/tls_wire.h"
#include "tls/ticket_keys.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::make_certificate;
using testing::SessionHandle;
using testing::TestCertificate;
using testing::TlsWire;

std::unique_ptr<TicketKeys> make_keys() {
    return std::move(TicketKeys::make(0)).value();
}

std::unique_ptr<TlsServer> server_of(std::vector<TlsSite> sites, const TicketKeys* keys) {
    TlsServer::Options options;
    options.sites = std::move(sites);
    options.tickets = keys;
    auto server = TlsServer::make(std::move(options));
    EXPECT_TRUE(server.ok()) << server.error().message;
    return std::move(server).value();
}

TlsSite site_of(const std::string& id, const std::vector<std::string>& hosts) {
    TlsSite site;
    site.id = site.site = id;
    site.hosts = hosts;
    site.key_pairs.push_back(make_certificate({.common_name = id}).pair());
    return site;
}

class SessionTickets : public ::testing::TestWithParam<int> {
protected:
    // A session of a client that has talked with the server.
    SessionHandle session_with(TlsServer& server, const ClientBehaviour& behaviour) {
        TlsWire wire(server, io_, behaviour);
        EXPECT_TRUE(wire.handshake()) << wire.client_error();
        EXPECT_TRUE(wire.exchange());
        // A renewed ticket of TLS 1.2 only replaces the one in the session.
        SSL_SESSION* const session =
            GetParam() == TLS1_2_VERSION ? SSL_get_session(wire.client()) : wire.session();
        if (session == nullptr || SSL_SESSION_has_ticket(session) == 0) {
            return nullptr;
        }
        wire.server().end(wire.server_fd());
        wire.server().flush(wire.server_fd());
        wire.client_reads();
        return SessionHandle(SSL_SESSION_dup(session));
    }

    ClientBehaviour behaviour(const std::string& name = {}, SSL_SESSION* session = nullptr) const {
        ClientBehaviour made;
        made.server_name = name;
        made.version = GetParam();
        made.session = session;
        return made;
    }

    bool resumes(TlsServer& server, const ClientBehaviour& with) {
        TlsWire wire(server, io_, with);
        EXPECT_TRUE(wire.handshake()) << wire.client_error();
        EXPECT_TRUE(wire.exchange());
        return wire.resumed();
    }

    TlsIo io_;
    std::unique_ptr<TicketKeys> keys_ = make_keys();
};
INSTANTIATE_TEST_SUITE_P(SessionTickets,
                         SessionTickets,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(SessionTickets, another_server_with_the_same_keys_resumes) {
    const auto first = server_of({site_of("one", {})}, keys_.get());
    const auto second = server_of({site_of("one", {})}, keys_.get());
    const SessionHandle session = session_with(*first, behaviour("one.example"));
    ASSERT_NE(session, nullptr);
    TlsWire wire(*second, io_, behaviour("one.example", session.get()));
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    EXPECT_TRUE(wire.resumed());
    EXPECT_EQ(wire.server().info().server_name, "one.example");
    EXPECT_EQ(wire.server().info().site, "one");
    EXPECT_TRUE(wire.exchange());
    // Tickets of TLS 1.3 are used once, so each resumption brings a new one.
    EXPECT_EQ(wire.session() != nullptr, GetParam() == TLS1_3_VERSION);
}

TEST_P(SessionTickets, other_keys_mean_a_full_handshake) {
    const auto first = server_of({site_of("one", {})}, keys_.get());
    const auto strangers_keys = make_keys();
    const auto stranger = server_of({site_of("one", {})}, strangers_keys.get());
    const SessionHandle session = session_with(*first, behaviour());
    ASSERT_NE(session, nullptr);
    EXPECT_FALSE(resumes(*stranger, behaviour("", session.get())));
}

TEST_P(SessionTickets, without_keys_there_are_no_tickets) {
    const auto server = server_of({site_of("one", {})}, nullptr);
    EXPECT_EQ(session_with(*server, behaviour()), nullptr);
}

TEST_P(SessionTickets, outlive_two_rotations_but_not_three) {
    const auto server = server_of({site_of("one", {})}, keys_.get());
    const SessionHandle session = session_with(*server, behaviour());
    ASSERT_NE(session, nullptr);
    for (int rotation = 1; rotation <= 3; ++rotation) {
        ASSERT_TRUE(keys_->rotate(0).ok());
        const SessionHandle copy(SSL_SESSION_dup(session.get()));
        EXPECT_EQ(resumes(*server, behaviour("", copy.get())), rotation < 3) << rotation;
    }
}

TEST_P(SessionTickets, under_an_old_key_are_renewed) {
    const auto server = server_of({site_of("one", {})}, keys_.get());
    const SessionHandle session = session_with(*server, behaviour());
    ASSERT_NE(session, nullptr);
    ASSERT_TRUE(keys_->rotate(0).ok());
    const SessionHandle renewed = session_with(*server, behaviour("", session.get()));
    ASSERT_NE(renewed, nullptr);
    ASSERT_TRUE(keys_->rotate(0).ok());
    ASSERT_TRUE(keys_->rotate(0).ok());
    EXPECT_TRUE(resumes(*server, behaviour("", renewed.get())));
}

TEST_P(SessionTickets, survive_a_replaced_certificate) {
    const auto server = server_of({site_of("one", {})}, keys_.get());
    const SessionHandle session = session_with(*server, behaviour());
    ASSERT_NE(session, nullptr);
    ASSERT_TRUE(server->replace_key_pairs("one", {make_certificate({}).pair()}).ok());
    EXPECT_TRUE(resumes(*server, behaviour("", session.get())));
}

TEST_P(SessionTickets, do_not_cross_to_a_site_with_other_rules) {
    const TestCertificate authority = make_certificate({.common_name = "CA", .is_authority = true});
    std::vector<TlsSite> sites = {
        site_of("open", {"open.example"}),
        site_of("twin", {"twin.example"}),
        site_of("locked", {"locked.example"}),
    };
    sites[2].client_certificate = ClientCertificate::kOptional;
    sites[2].client_ca_pem = authority.certificate_pem();
    const auto server = server_of(sites, keys_.get());
    const auto resumes_at = [&](const std::string& from, const std::string& to) {
        const SessionHandle session = session_with(*server, behaviour(from));
        EXPECT_NE(session, nullptr);
        return resumes(*server, behaviour(to, session.get()));
    };
    EXPECT_TRUE(resumes_at("open.example", "open.example"));
    EXPECT_TRUE(resumes_at("open.example", "twin.example"));
    EXPECT_TRUE(resumes_at("locked.example", "locked.example"));
    EXPECT_FALSE(resumes_at("open.example", "locked.example"));
    EXPECT_FALSE(resumes_at("locked.example", "open.example"));
}

TEST_P(SessionTickets, give_the_client_certificate_back) {
    const TestCertificate authority = make_certificate({.common_name = "CA", .is_authority = true});
    const TestCertificate client = make_certificate({.common_name = "client"}, &authority);
    TlsSite site = site_of("locked", {});
    site.client_certificate = ClientCertificate::kRequired;
    site.client_ca_pem = authority.certificate_pem();
    const auto server = server_of({site}, keys_.get());
    ClientBehaviour with = behaviour();
    with.certificate = &client;
    const SessionHandle session = session_with(*server, with);
    ASSERT_NE(session, nullptr);
    TlsWire wire(*server, io_, behaviour("", session.get()));
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    EXPECT_TRUE(wire.resumed());
    EXPECT_FALSE(wire.server().info().peer_cert_der.empty());
}

}  // namespace
}  // namespace berth
