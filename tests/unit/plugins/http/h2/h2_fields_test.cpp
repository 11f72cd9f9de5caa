#include "h2/h2_fields.h"

#include "support/fake_host.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace berth::http {
namespace {

using testing::FakeHost;

class H2FieldsTest : public ::testing::Test {
protected:
    ~H2FieldsTest() override { host.table().arena_close(arena); }

    static std::string text(std::span<const berth_header> all) {
        std::string text;
        for (const berth_header& field : all) {
            text.append(sdk::view(field.name)).append("=").append(sdk::view(field.value));
            text.append(" ");
        }
        return text;
    }

    FakeHost host;
    berth_arena* const arena = host.table().arena_open(&host.table());
    H2Fields fields{host.table(), arena};
};

// A host whose arena has nothing to give.
const berth_host kExhausted = [] {
    berth_host host{};
    host.arena_more = [](berth_arena*, size_t, size_t) -> void* { return nullptr; };
    return host;
}();

TEST_F(H2FieldsTest, are_copies) {
    std::string name = "name", value = "value";
    const berth_header* const kept = fields.add(name, value);
    name = value = "other";
    EXPECT_EQ(sdk::view(kept->name), "name");
    EXPECT_EQ(text(fields.all()), "name=value ");
    EXPECT_EQ(std::string_view(fields.copy("one ", "two"), 7), "one two");
}

TEST_F(H2FieldsTest, are_as_many_as_are_added) {
    EXPECT_EQ(text(fields.all()), "");
    std::string all;
    for (int i = 0; i < 100; ++i) {
        fields.add("n", std::to_string(i));
        all += "n=" + std::to_string(i) + " ";
    }
    EXPECT_EQ(text(fields.all()), all);
    EXPECT_EQ(fields.size(), 100u);
    EXPECT_TRUE(fields.put_host("a"));
    EXPECT_EQ(text(fields.all_with_host()), "host=a " + all);
}

TEST_F(H2FieldsTest, may_be_the_host_alone) {
    EXPECT_TRUE(fields.put_host("a"));
    EXPECT_EQ(text(fields.all_with_host()), "host=a ");
}

TEST_F(H2FieldsTest, are_joined_where_the_first_of_them_stands) {
    for (const char* name : {"a", "c", "b", "c", "c", "d"}) {
        fields.add(name, name);
    }
    EXPECT_TRUE(fields.join("c", "; "));
    EXPECT_EQ(text(fields.all()), "a=a c=c; c; c b=b d=d ");
    EXPECT_TRUE(fields.join("x", "; "));
    EXPECT_EQ(fields.size(), 4u);
}

TEST_F(H2FieldsTest, are_refused_without_memory) {
    berth_arena empty{};
    H2Fields none(kExhausted, &empty);
    EXPECT_EQ(none.add("a", "b"), nullptr);
    EXPECT_EQ(none.copy("a"), nullptr);
    EXPECT_FALSE(none.put_host("a"));
    EXPECT_FALSE(none.join("a", ""));
    EXPECT_EQ(none.size(), 0u);
}

TEST_F(H2FieldsTest, may_lose_their_arena) {
    EXPECT_TRUE(fields.has_arena());
    fields.forget_arena();
    EXPECT_FALSE(fields.has_arena());
}

}  // namespace
}  // namespace berth::http
