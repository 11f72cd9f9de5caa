#include "tls/self_signed.h"

#include "base/sys.h"
#include "support/temporary_directory.h"
#include "support/tls_wire.h"
#include "tls/parsed_key_pair.h"
#include "tls/tls_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace berth {
namespace {

using testing::TemporaryDirectory;

constexpr int64_t kDayS = 24 * 3600;

class SelfSigned : public ::testing::Test {
protected:
    TlsKeyPair pair(const std::string& host = "box.example", int64_t later_s = 0) const {
        auto made = self_signed_key_pair(state_, host, now_ + later_s);
        EXPECT_TRUE(made.ok()) << made.error().message;
        return std::move(made).value();
    }

    const TemporaryDirectory directory_;
    const std::string state_ = directory_.path("state/berth/tls");
    const std::string file_ = state_ + "/self-signed.pem";
    const int64_t now_ = time(nullptr);
};

TEST_F(SelfSigned, names_the_machine) {
    const auto parsed = parse_key_pair(pair());
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    X509* const certificate = parsed.value().chain.front().get();
    for (const std::string host : {"localhost", "box.example"}) {
        EXPECT_EQ(X509_check_host(certificate, host.data(), host.size(), 0, nullptr), 1) << host;
    }
    for (const char* address : {"127.0.0.1", "::1"}) {
        EXPECT_EQ(X509_check_ip_asc(certificate, address, 0), 1) << address;
    }
    EXPECT_EQ(X509_check_ca(certificate), 0);
    EXPECT_EQ(EVP_PKEY_get_bits(parsed.value().key.get()), 256);
}

TEST_F(SelfSigned, is_made_once_and_kept_private) {
    const TlsKeyPair first = pair();
    struct stat facts {};
    ASSERT_EQ(stat(file_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0600u);
    ASSERT_EQ(stat(state_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0700u);
    const TlsKeyPair again = pair("box.example", 150 * kDayS);
    EXPECT_TRUE(again.key_pem.view().starts_with(first.key_pem.view()));
    EXPECT_EQ(again.certificate_pem.find("PRIVATE"), std::string::npos);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(state_), {}), 1)
        << "no temporary file stays";
}

TEST_F(SelfSigned, is_made_anew_when_it_is_of_no_use) {
    const std::string first(pair().key_pem.view());
    const std::string renamed(pair("other.example").key_pem.view());
    EXPECT_NE(renamed, first);
    const std::string renewed(pair("other.example", 250 * kDayS).key_pem.view());
    EXPECT_NE(renewed, renamed);
    std::ofstream(file_, std::ios::trunc) << "damaged";
    EXPECT_NE(std::string(pair("other.example").key_pem.view()), renewed);
    std::filesystem::permissions(file_, std::filesystem::perms(0644));
    const std::string published(pair("other.example").key_pem.view());
    EXPECT_NE(published, renewed);
}

TEST_F(SelfSigned, does_without_an_unusable_host_name) {
    const auto parsed = parse_key_pair(pair("bad,DNS:evil.example"));
    ASSERT_TRUE(parsed.ok());
    X509* const certificate = parsed.value().chain.front().get();
    EXPECT_EQ(X509_check_host(certificate, "evil.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
}

TEST_F(SelfSigned, a_full_disk_leaves_nothing_behind) {
    Sys table = real_sys();
    table.fsync = [](int) { return errno = ENOSPC, -1; };
    const ScopedSys scope(table);
    const auto failed = self_signed_key_pair(state_, "box.example", now_);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, ENOSPC);
    EXPECT_TRUE(std::filesystem::is_empty(state_));
}

TEST_F(SelfSigned, state_folder_follows_the_user) {
    EXPECT_EQ(tls_state_folder(true), "/var/lib/berth/tls");
    setenv("XDG_STATE_HOME", "/x/state", 1);
    EXPECT_EQ(tls_state_folder(false), "/x/state/berth/tls");
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", "/home/me", 1);
    EXPECT_EQ(tls_state_folder(false), "/home/me/.local/state/berth/tls");
}

}  // namespace
}  // namespace berth
