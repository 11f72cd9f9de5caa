// What is found by its hash: growth, the same hash twice, and gaps that are filled.
#include "base/hash_places.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

namespace berth {
namespace {

bool holds(const HashPlaces<int>& places, uint64_t hash, int value) {
    return places.find(hash, [&](int found) { return found == value; }) != nullptr;
}

TEST(HashPlaces, finds_what_was_added_only) {
    HashPlaces<int> places;
    EXPECT_FALSE(holds(places, 1, 10));
    places.add(1, 10);
    places.add(1, 11);  // another name with the same hash
    EXPECT_TRUE(holds(places, 1, 10) && holds(places, 1, 11));
    EXPECT_FALSE(holds(places, 1, 12) || holds(places, 2, 10));
    places.remove(1, 10);
    EXPECT_FALSE(holds(places, 1, 10));
    EXPECT_TRUE(holds(places, 1, 11));
    EXPECT_EQ(places.size(), 1u);
}

// Hashes that share homes, at the end of the table and over it, too.
TEST(HashPlaces, finds_all_whatever_was_removed) {
    HashPlaces<int> places;
    std::map<int, uint64_t> known;
    std::mt19937 random(7);
    for (int value = 0; value < 3'000; ++value) {
        const uint64_t hash = random() % 3 == 0 ? ~uint64_t{0} - random() % 4 : random() % 64;
        places.add(hash, value);
        known[value] = hash;
        while (known.size() > random() % 200) {
            const auto victim = std::next(known.begin(), random() % known.size());
            places.remove(victim->second, victim->first);
            known.erase(victim);
        }
        for (const auto& [each, its_hash] : known) {
            ASSERT_TRUE(holds(places, its_hash, each)) << each << " after " << value;
        }
        ASSERT_EQ(places.size(), known.size());
    }
}

TEST(HashPlaces, grows) {
    HashPlaces<int> places;
    for (int value = 0; value < 1'000; ++value) {
        places.add(static_cast<uint64_t>(value), value);
    }
    for (int value = 0; value < 1'000; ++value) {
        EXPECT_TRUE(holds(places, static_cast<uint64_t>(value), value));
    }
    EXPECT_EQ(places.size(), 1'000u);
}

}  // namespace
}  // namespace berth
