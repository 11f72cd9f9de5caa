#include "tls/certificate_watcher.h"

#include "support/temporary_directory.h"
#include "support/test_certificates.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::make_certificate;
using testing::TemporaryDirectory;
using testing::TestCertificate;
namespace fs = std::filesystem;

class CertificateWatcherTest : public ::testing::Test {
protected:
    CertificateWatcherTest() {
        auto made = CertificateWatcher::make(
            rules_,
            [this](const std::string& id, const std::vector<TlsKeyPair>& pairs) {
                ids_.push_back(id);
                newest_ = pairs;
            },
            [this](const std::string& id, const Error& error) {
                errors_.push_back(id + ": " + error.message);
            });
        EXPECT_TRUE(made.ok());
        watcher_ = std::move(made).value();
    }

    void put(const TestCertificate& made) const {
        directory_.file("cert.pem", made.certificate_pem());
        directory_.file("key.pem", made.key_pem());
    }

    void watch(const std::string& certificate, const std::string& key) {
        auto now = read_key_pair(certificate, key, rules_);
        ASSERT_TRUE(now.ok()) << now.error().message;
        watcher_->add("site", {{certificate, key}}, {now.value()});
    }

    // Whether the watcher's descriptor tells of anything; looks if so.
    bool look(uint64_t now_ms = 1000) {
        pollfd ready{watcher_->fd(), POLLIN, 0};
        if (poll(&ready, 1, 0) != 1) {
            return false;
        }
        watcher_->on_readable(now_ms);
        return true;
    }

    const KeyFileRules rules_{getuid(), 0};
    const TemporaryDirectory directory_;
    const TestCertificate first_ = make_certificate({}), second_ = make_certificate({});
    const std::string cert_ = directory_.path("cert.pem"), key_ = directory_.path("key.pem");
    std::vector<std::string> ids_, errors_;
    std::vector<TlsKeyPair> newest_;
    std::unique_ptr<CertificateWatcher> watcher_;
};

TEST_F(CertificateWatcherTest, tells_of_a_new_pair_once_it_is_whole) {
    put(first_);
    watch(cert_, key_);
    EXPECT_FALSE(look());
    directory_.file("cert.pem", second_.certificate_pem());
    EXPECT_TRUE(look());
    EXPECT_TRUE(ids_.empty()) << "the key is still the old one";
    directory_.file("key.pem", second_.key_pem());
    EXPECT_TRUE(look());
    EXPECT_EQ(ids_, std::vector<std::string>{"site"});
    ASSERT_EQ(newest_.size(), 1u);
    EXPECT_EQ(newest_[0].certificate_pem, second_.certificate_pem());
    EXPECT_TRUE(errors_.empty());
}

TEST_F(CertificateWatcherTest, says_nothing_when_nothing_changed) {
    put(first_);
    watch(cert_, key_);
    put(first_);
    directory_.file("unrelated", "x");
    EXPECT_TRUE(look());
    EXPECT_TRUE(ids_.empty());
}

TEST_F(CertificateWatcherTest, a_lasting_mismatch_is_reported_once) {
    put(first_);
    watch(cert_, key_);
    directory_.file("cert.pem", second_.certificate_pem());
    EXPECT_TRUE(look(1000));
    watcher_->tick(2000);
    EXPECT_TRUE(errors_.empty()) << "somebody may be writing";
    watcher_->tick(7000);
    watcher_->tick(8000);
    ASSERT_EQ(errors_.size(), 1u);
    EXPECT_NE(errors_[0].find("do not belong together"), std::string::npos) << errors_[0];
    EXPECT_TRUE(ids_.empty());
    directory_.file("key.pem", second_.key_pem());
    EXPECT_TRUE(look(9000));
    EXPECT_EQ(ids_.size(), 1u);
}

TEST_F(CertificateWatcherTest, sees_renames) {
    put(first_);
    watch(cert_, key_);
    directory_.file("cert.new", second_.certificate_pem());
    directory_.file("key.new", second_.key_pem());
    EXPECT_TRUE(look());
    fs::rename(directory_.path("key.new"), key_);
    fs::rename(directory_.path("cert.new"), cert_);
    EXPECT_TRUE(look());
    EXPECT_EQ(ids_.size(), 1u);
}

TEST_F(CertificateWatcherTest, sees_a_flipped_symlink) {
    // As volumes of Kubernetes do it: cert.pem -> ..data/cert.pem, ..data -> ..1
    for (const auto& [name, made] : {std::pair{"..1", &first_}, std::pair{"..2", &second_}}) {
        fs::create_directory(directory_.path(name));
        directory_.file(std::string(name) + "/cert.pem", made->certificate_pem());
        directory_.file(std::string(name) + "/key.pem", made->key_pem());
    }
    fs::create_directory_symlink("..1", directory_.path("..data"));
    fs::create_symlink("..data/cert.pem", cert_);
    fs::create_symlink("..data/key.pem", key_);
    watch(cert_, key_);
    fs::create_directory_symlink("..2", directory_.path("..new"));
    fs::rename(directory_.path("..new"), directory_.path("..data"));
    EXPECT_TRUE(look());
    EXPECT_EQ(ids_.size(), 1u);
    EXPECT_EQ(newest_.at(0).certificate_pem, second_.certificate_pem());
}

TEST_F(CertificateWatcherTest, looks_every_minute_where_inotify_is_blind) {
    // The files are behind links; their own directory is not watched.
    fs::create_directory(directory_.path("links"));
    put(first_);
    fs::create_symlink(cert_, directory_.path("links/cert.pem"));
    fs::create_symlink(key_, directory_.path("links/key.pem"));
    watch(directory_.path("links/cert.pem"), directory_.path("links/key.pem"));
    watcher_->tick(1000);
    put(second_);
    EXPECT_FALSE(look());
    watcher_->tick(60'000);
    EXPECT_TRUE(ids_.empty());
    watcher_->tick(61'000);
    EXPECT_EQ(ids_.size(), 1u);
}

TEST_F(CertificateWatcherTest, forgets_what_was_cleared) {
    put(first_);
    watch(cert_, key_);
    watcher_->clear();
    look();
    put(second_);
    EXPECT_FALSE(look());
    watcher_->tick(1'000'000);
    EXPECT_TRUE(ids_.empty());
}

TEST_F(CertificateWatcherTest, an_open_key_is_not_served) {
    put(first_);
    watch(cert_, key_);
    directory_.file("cert.pem", second_.certificate_pem());
    directory_.file("key.pem", second_.key_pem(), fs::perms(0644));
    EXPECT_TRUE(look(1000));
    watcher_->tick(10'000);
    EXPECT_TRUE(ids_.empty());
    ASSERT_EQ(errors_.size(), 1u);
    EXPECT_NE(errors_[0].find("chmod 0600"), std::string::npos);
}

}  // namespace
}  // namespace berth
