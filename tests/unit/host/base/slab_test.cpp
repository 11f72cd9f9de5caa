#include "base/slab.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

namespace berth {
namespace {

struct alignas(64) Object {
    explicit Object(std::shared_ptr<int> token) : held(std::move(token)) {}
    std::shared_ptr<int> held;
    char padding[100] = {};
};

class SlabTest : public testing::Test {
protected:
    Object* make() { return slab_.make(token_); }

    std::shared_ptr<int> token_ = std::make_shared<int>(0);
    Slab<Object> slab_;
};

TEST_F(SlabTest, gives_each_object_its_own_aligned_place) {
    std::set<Object*> places;
    for (int i = 0; i < 500; ++i) {
        Object* object = make();
        EXPECT_EQ(std::bit_cast<uintptr_t>(object) % 64, 0u);
        places.insert(object);
    }
    EXPECT_EQ(places.size(), 500u);
    EXPECT_EQ(slab_.size(), 500u);
}

TEST_F(SlabTest, visits_exactly_the_living) {
    std::vector<Object*> made;
    for (int i = 0; i < 200; ++i) {
        made.push_back(make());
    }
    std::set<Object*> expected(made.begin(), made.end());
    for (size_t i = 0; i < made.size(); i += 3) {
        expected.erase(made[i]);
        slab_.destroy(*made[i]);
    }
    std::set<Object*> visited;
    slab_.for_each([&](Object& object) { visited.insert(&object); });
    EXPECT_EQ(visited, expected);
}

TEST_F(SlabTest, uses_places_again) {
    Object* first = make();
    slab_.destroy(*first);
    EXPECT_EQ(make(), first);
    EXPECT_EQ(slab_.chunks(), 1u);
}

TEST_F(SlabTest, gives_memory_back_after_a_peak) {
    std::vector<Object*> made;
    for (int i = 0; i < 1000; ++i) {
        made.push_back(make());
    }
    EXPECT_GT(slab_.chunks(), 10u);
    for (Object* object : made) {
        slab_.destroy(*object);
    }
    EXPECT_EQ(slab_.chunks(), 1u);
    EXPECT_EQ(slab_.size(), 0u);
}

TEST_F(SlabTest, lets_the_visitor_destroy_what_it_visits) {
    for (int i = 0; i < 300; ++i) {
        make();
    }
    slab_.for_each([this](Object& object) { slab_.destroy(object); });
    EXPECT_EQ(slab_.size(), 0u);
    EXPECT_EQ(token_.use_count(), 1);
}

TEST(Slab, destroys_what_is_left) {
    const auto token = std::make_shared<int>(0);
    {
        Slab<Object> slab;
        for (int i = 0; i < 100; ++i) {
            slab.make(token);
        }
        EXPECT_EQ(token.use_count(), 101);
    }
    EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace berth
