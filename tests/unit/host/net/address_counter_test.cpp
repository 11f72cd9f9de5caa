#include "net/address_counter.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace berth {
namespace {

AddressCounter::Key key(std::string_view text) {
    return AddressCounter::key_of(SocketAddress::ip(text, 1).value());
}

TEST(AddressCounter, stops_at_the_limit_of_each_address) {
    AddressCounter counter(1);
    EXPECT_TRUE(counter.take(key("192.0.2.1"), 2));
    EXPECT_TRUE(counter.take(key("192.0.2.1"), 2));
    EXPECT_FALSE(counter.take(key("192.0.2.1"), 2));
    EXPECT_TRUE(counter.take(key("192.0.2.2"), 2));
    counter.give_back(key("192.0.2.1"));
    EXPECT_TRUE(counter.take(key("192.0.2.1"), 2));
}

TEST(AddressCounter, ipv6_counts_by_network) {
    EXPECT_EQ(key("2001:db8::1"), key("2001:db8::ffff:1"));
    EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
}

TEST(AddressCounter, mapped_ipv4_is_ipv4) {
    EXPECT_EQ(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}

TEST(AddressCounter, loopback_and_unix_count_as_one_when_asked) {
    const auto local = AddressCounter::key_of(SocketAddress::ip("127.0.0.1", 1).value(), true);
    EXPECT_NE(local, 0u);
    EXPECT_EQ(AddressCounter::key_of(SocketAddress::ip("::1", 1).value(), true), local);
    EXPECT_EQ(AddressCounter::key_of(SocketAddress::unix_path("/x").value(), true), local);
}

TEST(AddressCounter, loopback_and_unix_are_exempt) {
    AddressCounter counter(1);
    for (const auto exempt : {key("127.0.0.1"),
                              key("127.9.9.9"),
                              key("::1"),
                              key("::ffff:127.0.0.1"),
                              AddressCounter::key_of(SocketAddress::unix_path("/x").value())}) {
        EXPECT_TRUE(counter.take(exempt, 1));
        EXPECT_TRUE(counter.take(exempt, 1));
        counter.give_back(exempt);
    }
    EXPECT_EQ(counter.addresses(), 0U);
}

TEST(AddressCounter, forgets_addresses_with_nothing_open) {
    AddressCounter counter(7);
    counter.take(key("192.0.2.1"), 9);
    counter.take(key("192.0.2.1"), 9);
    counter.give_back(key("192.0.2.1"));
    EXPECT_EQ(counter.addresses(), 1U);
    counter.give_back(key("192.0.2.1"));
    EXPECT_EQ(counter.addresses(), 0U);
    counter.give_back(key("192.0.2.1"));  // one too many is harmless
    EXPECT_EQ(counter.count(key("192.0.2.1")), 0U);
}

TEST(AddressCounter, a_limit_of_zero_admits_nobody) {
    AddressCounter counter(1);
    EXPECT_FALSE(counter.take(key("192.0.2.1"), 0));
    EXPECT_EQ(counter.addresses(), 0U);
}

// Against a map, with few keys so that runs of the table collide, and through several growths.
TEST(AddressCounter, agrees_with_a_map) {
    for (uint64_t seed : {1U, 2U, 3U}) {
        AddressCounter counter(seed);
        std::map<AddressCounter::Key, uint32_t> expected;
        std::mt19937_64 random(seed);
        for (int step = 0; step < 20'000; ++step) {
            const AddressCounter::Key each = 1 + random() % (step < 10'000 ? 700 : 40);
            if (random() % 2 == 0) {
                const bool taken = counter.take(each, 5);
                ASSERT_EQ(taken, expected[each] < 5);
                expected[each] += taken ? 1 : 0;
            } else {
                counter.give_back(each);
                expected[each] -= expected[each] > 0 ? 1 : 0;
            }
            ASSERT_EQ(counter.count(each), expected[each]);
        }
        size_t open = 0;
        for (const auto& [each, count] : expected) {
            ASSERT_EQ(counter.count(each), count);
            open += count > 0 ? 1 : 0;
        }
        EXPECT_EQ(counter.addresses(), open);
    }
}

}  // namespace
}  // namespace berth
