#include "tls/tls_client.h"

#include "support/temporary_directory.h"
#include "support/test_certificates.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::CertificateRequest;
using testing::make_certificate;
using testing::TemporaryDirectory;
using testing::TestCertificate;

// Our client and our server over a pair of sockets.
class TlsClientTest : public ::testing::Test {
protected:
    TlsClientTest() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds_), 0); }
    ~TlsClientTest() override {
        close(fds_[0]);
        close(fds_[1]);
    }

    std::unique_ptr<TlsServer> serve(const CertificateRequest& request,
                                     std::vector<std::string> alpn = {}) const {
        TlsServer::Options options;
        options.sites.emplace_back();
        options.sites.back().site = "site";
        options.sites.back().key_pairs.push_back(make_certificate(request, &authority_).pair());
        options.alpn = std::move(alpn);
        return std::move(TlsServer::make(std::move(options))).value();
    }

    std::unique_ptr<TlsClient> client(bool verify = true) const {
        const std::string file = directory_.file("ca.pem", authority_.certificate_pem());
        auto made = TlsClient::make({file, verify});
        EXPECT_TRUE(made.ok()) << made.error().message;
        return std::move(made).value();
    }

    // Whether they agree to talk.
    bool connect(TlsServer& server,
                 TlsClient& client,
                 const std::string& name,
                 const std::vector<std::string>& alpn = {}) {
        auto made = client.connect(io_, name, alpn);
        EXPECT_TRUE(made.ok()) << made.error().message;
        theirs_ = server.accept(io_);
        ours_ = std::move(made).value();
        IoStatus here = IoStatus::kAgain, there = IoStatus::kAgain;
        for (int round = 0; round < 20; ++round) {
            if (here == IoStatus::kAgain) {
                here = ours_->handshake(fds_[0]);
            }
            if (there == IoStatus::kAgain) {
                there = theirs_->handshake(fds_[1]);
            }
            ours_->flush(fds_[0]);
            theirs_->flush(fds_[1]);
        }
        return here == IoStatus::kOk && there == IoStatus::kOk;
    }

    int fds_[2] = {-1, -1};
    TlsIo io_;
    const TemporaryDirectory directory_;
    const TestCertificate authority_ =
        make_certificate({.common_name = "CA", .is_authority = true});
    std::unique_ptr<Transport> ours_, theirs_;
};

TEST_F(TlsClientTest, talks_to_a_server_it_trusts) {
    const auto server = serve({.hosts = {"mail.example"}}, {"h2", "http/1.1"});
    const auto trusting = client();
    ASSERT_TRUE(connect(*server, *trusting, "mail.example", {"http/1.1"}));
    EXPECT_EQ(ours_->info().version, "TLSv1.3");
    EXPECT_EQ(ours_->info().alpn, "http/1.1");
    EXPECT_EQ(theirs_->info().server_name, "mail.example");
    char text[] = "EHLO";
    const iovec segment{text, 4};
    EXPECT_EQ(ours_->write(fds_[0], {&segment, 1}).bytes, 4u);
    EXPECT_EQ(ours_->flush(fds_[0]), IoStatus::kOk);
    uint8_t got[10];
    EXPECT_EQ(theirs_->read(fds_[1], got).bytes, 4u);
    theirs_->end(fds_[1]);
    theirs_->flush(fds_[1]);
    EXPECT_EQ(ours_->read(fds_[0], got).status, IoStatus::kEnd);
}

TEST_F(TlsClientTest, checks_the_name) {
    const auto server = serve({.hosts = {"mail.example"}});
    const auto trusting = client();
    EXPECT_FALSE(connect(*server, *trusting, "other.example"));
}

TEST_F(TlsClientTest, checks_the_chain) {
    CertificateRequest request;
    request.hosts = {"mail.example"};
    TlsServer::Options options;
    options.sites.emplace_back();
    options.sites.back().key_pairs.push_back(make_certificate(request).pair());
    const auto self_signed = std::move(TlsServer::make(std::move(options))).value();
    const auto trusting = client();
    EXPECT_FALSE(connect(*self_signed, *trusting, "mail.example"));
    request.ends_in_days = 0;
    const auto expired = serve(request);
    EXPECT_FALSE(connect(*expired, *trusting, "mail.example"));
}

TEST_F(TlsClientTest, without_verification_anybody_will_do) {
    const auto server = serve({.hosts = {"mail.example"}});
    const auto careless = client(false);
    EXPECT_TRUE(connect(*server, *careless, "other.example"));
    EXPECT_EQ(theirs_->info().server_name, "other.example");
}

TEST_F(TlsClientTest, addresses_are_not_sent_as_names) {
    const auto server = serve({.hosts = {"mail.example"}});
    const auto careless = client(false);
    ASSERT_TRUE(connect(*server, *careless, "127.0.0.1"));
    EXPECT_EQ(theirs_->info().server_name, "");
    const auto trusting = client();
    EXPECT_FALSE(connect(*server, *trusting, "127.0.0.1")) << "it is not in the certificate";
}

TEST_F(TlsClientTest, says_what_is_wrong_with_its_options) {
    const auto missing = TlsClient::make({directory_.path("missing.pem"), true});
    ASSERT_FALSE(missing.ok());
    EXPECT_NE(missing.error().message.find("missing.pem"), std::string::npos);
    EXPECT_FALSE(client()->connect(io_, "", {}).ok());
    const std::vector<std::string> nameless = {""};
    EXPECT_FALSE(client()->connect(io_, "mail.example", nameless).ok());
    EXPECT_TRUE(TlsClient::make({}).ok()) << "the system's roots";
}

}  // namespace
}  // namespace berth
