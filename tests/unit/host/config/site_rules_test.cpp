#include "config/site_rules.h"

#include "config_reading.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

using testing::Reading;

std::string site(const std::string& name, const std::string& settings) {
    return "site: " + name + "\n" + settings + "hello: {}\n---\n";
}

TEST(SiteRules, sites_of_one_address_share_its_listener) {
    const Reading reading(site("a", "listen: [http://:80, http://:81]\nhosts: [a.test]\n") +
                          site("b", "listen: http://:80\nhosts: [b.test]\n"));
    EXPECT_EQ(reading.said(), "");
    ASSERT_EQ(reading.config.listeners.size(), 2u);
    EXPECT_EQ(reading.config.listeners[0].sites, (std::vector<uint32_t>{0, 1}));
    EXPECT_EQ(reading.config.listeners[1].sites, std::vector<uint32_t>{0});
    EXPECT_EQ(reading.config.sites[1].listen.front().listener, 0u);
}

TEST(SiteRules, a_second_site_of_one_name_is_told_where_the_first_one_is) {
    const Reading reading(site("a", "listen: http://:80\n") + site("a", "listen: http://:81\n"));
    EXPECT_TRUE(reading.has(Problem::kDuplicateSite));
    EXPECT_TRUE(reading.says("the first one is at site.yaml:1:7"));
}

TEST(SiteRules, one_address_speaks_one_protocol_plain_or_over_tls) {
    EXPECT_TRUE(Reading(site("a", "listen: http://:80\n") +
                        site("b", "listen: https://:80\ntls: self-signed\n"))
                    .has(Problem::kAddressConflict));
}

TEST(SiteRules, an_address_twice_in_one_site_is_a_mistake) {
    EXPECT_TRUE(
        Reading(site("a", "listen: [http://:80, http://*:80]\n")).has(Problem::kAddressConflict));
}

TEST(SiteRules, one_site_per_address_takes_what_no_other_serves) {
    EXPECT_EQ(Reading(site("a", "") + site("b", "hosts: [b.test]\n")).said(), "");
    EXPECT_TRUE(Reading(site("a", "") + site("b", "")).has(Problem::kTwoDefaultSites));
    EXPECT_EQ(Reading(site("a", "listen: http://:80\n") + site("b", "listen: http://:81\n")).said(),
              "");
}

TEST(SiteRules, a_name_belongs_to_one_site_per_address) {
    const std::string host = "hosts: [x.test]\n";
    EXPECT_TRUE(Reading(site("a", host) + site("b", host)).has(Problem::kDuplicateHost));
    EXPECT_TRUE(
        Reading(site("a", host) + site("b", "hosts: [X.TEST]\n")).has(Problem::kDuplicateHost));
    EXPECT_EQ(
        Reading(site("a", "listen: http://:80\n" + host) + site("b", "listen: http://:81\n" + host))
            .said(),
        "");
    EXPECT_EQ(Reading(site("a", host) + site("b", "hosts: [\"*.test\"]\n")).said(), "");
}

TEST(SiteRules, what_acts_before_the_site_is_known_is_the_same_for_all_sites_of_an_address) {
    for (const auto& [settings, name] : testing::Texts{
             {"limits: { allow: [10.0.0.0/8] }\n", "limits.allow"},
             {"limits: { deny: [10.0.0.0/8] }\n", "limits.deny"},
             {"limits: { connections: 5 }\n", "limits.connections"},
             {"limits: { connections_per_address: 5 }\n", "limits.connections_per_address"},
             {"limits: { count_local: true }\n", "limits.count_local"},
             {"limits: { handshakes: 5 }\n", "limits.handshakes"},
             {"limits: { send_rate: 5B }\n", "limits.send_rate"},
             {"timeouts: { handshake: 5s }\n", "timeouts.handshake"},
             {"timeouts: { send: 5s }\n", "timeouts.send"}}) {
        const Reading reading(site("a", settings) + site("b", "hosts: [b.test]\n"));
        EXPECT_TRUE(reading.has(Problem::kListenerSettings)) << settings;
        EXPECT_TRUE(reading.says("differ in " + name)) << reading.said();
        EXPECT_EQ(Reading(site("a", settings) + site("b", settings + "hosts: [b.test]\n")).said(),
                  "");
    }
}

TEST(SiteRules, a_disabled_site_claims_nothing) {
    const Reading reading(site("a", "") + site("b", "enabled: false\n"));
    EXPECT_EQ(reading.said(), "");
    EXPECT_EQ(reading.config.sites.size(), 1u);
}

}  // namespace
}  // namespace berth
