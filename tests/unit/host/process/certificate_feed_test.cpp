#include "process/certificate_feed.h"

#include "process/tls_material.h"
#include "support/temporary_directory.h"
#include "support/test_certificates.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace berth {
namespace {

using testing::make_certificate;
using testing::TestCertificate;

// Two sites with files, and what the feed hands on.
class CertificateFeedTest : public ::testing::Test {
protected:
    struct Change {
        uint32_t index;
        std::vector<TlsKeyPair> pairs;
    };

    CertificateFeedTest() {
        put("blog", first_);
        put("shop", first_);
        feed_.start(rules_, [this](uint32_t index, std::string packed) {
            changes_.push_back({index, unpack_key_pairs(packed)});
        });
    }

    void put(const std::string& site, const TestCertificate& made) {
        put_half(site, ".key", made.key_pem());
        put_half(site, ".pem", made.certificate_pem());
    }
    // As certbot does it: a new file takes the name.
    void put_half(const std::string& site, const std::string& half, const std::string& text) {
        std::filesystem::rename(folder_.file("new", text), folder_.path(site + half));
    }
    Snapshot snapshot_of(const std::vector<std::string>& names) {
        Snapshot snapshot;
        for (const std::string& name : names) {
            TlsCertificate certificate;
            certificate.cert_file = folder_.path(name + ".pem");
            certificate.key_file = folder_.path(name + ".key");
            SiteConfig& site = snapshot.config.sites.emplace_back();
            site.name = name;
            site.tls.emplace().certificates.push_back(certificate);
        }
        Diagnostics diagnostics;
        snapshot.tls = TlsMaterial::load(snapshot.config, rules_, diagnostics);
        EXPECT_EQ(diagnostics.error_count(), 0u);
        return snapshot;
    }
    void turn() {
        WaitSet waits;
        feed_.add_waits(waits);
        waits.wait(0);
    }

    const KeyFileRules rules_{getuid(), 0};
    const testing::TemporaryDirectory folder_;
    const TestCertificate first_ = make_certificate({}), second_ = make_certificate({});
    CertificateFeed feed_;
    std::vector<Change> changes_;
};

TEST_F(CertificateFeedTest, hands_on_a_new_pair_with_the_index_of_its_site) {
    feed_.follow(snapshot_of({"blog", "shop"}));
    turn();
    put("shop", second_);
    turn();
    ASSERT_EQ(changes_.size(), 1u);
    EXPECT_EQ(changes_[0].index, 1u);
    ASSERT_EQ(changes_[0].pairs.size(), 1u);
    EXPECT_EQ(changes_[0].pairs[0].certificate_pem, second_.certificate_pem());
}

TEST_F(CertificateFeedTest, a_half_written_pair_is_not_handed_on) {
    feed_.follow(snapshot_of({"blog"}));
    put_half("blog", ".pem", second_.certificate_pem());
    turn();
    EXPECT_TRUE(changes_.empty());
    put_half("blog", ".key", second_.key_pem());
    turn();
    EXPECT_EQ(changes_.size(), 1u);
}

TEST_F(CertificateFeedTest, follows_the_files_of_the_generation_that_serves) {
    feed_.follow(snapshot_of({"blog", "shop"}));
    feed_.follow(snapshot_of({"shop"}));
    put("blog", second_);
    put("shop", second_);
    turn();
    ASSERT_EQ(changes_.size(), 1u);
    EXPECT_EQ(changes_[0].index, 0u);
}

TEST_F(CertificateFeedTest, without_certificates_there_is_nothing_to_wait_for) {
    feed_.follow(snapshot_of({}));
    put("blog", second_);
    turn();
    feed_.tick(1'000'000);
    EXPECT_TRUE(changes_.empty());
}

}  // namespace
}  // namespace berth
