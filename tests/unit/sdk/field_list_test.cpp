#include "berth/cpp/field_list.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace berth::sdk {
namespace {

class FieldListOfAnAnswer : public ::testing::Test {
protected:
    FieldListOfAnAnswer() {
        host.arena_more = [](berth_arena*, std::size_t, std::size_t) -> void* { return nullptr; };
        arena = {memory.data(), memory.data() + memory.size()};
        request.arena = &arena;
        response.headers = given.data();
        response.n_headers = static_cast<std::uint32_t>(given.size());
    }

    std::string shown() const {
        std::string text;
        for (std::uint32_t i = 0; i < response.n_headers; ++i) {
            text += std::string(view(response.headers[i].name)) + "=" +
                    std::string(view(response.headers[i].value)) + ";";
        }
        return text;
    }

    const std::array<berth_header, 3> given = {
        {{sv("Vary"), sv("origin, Cookie")}, {sv("a"), sv("1")}, {sv("vary"), sv("accept")}}};
    alignas(16) std::array<std::uint8_t, 512> memory{};
    berth_arena arena{};
    berth_host host{};
    berth_http_req request{};
    berth_http_resp response{};
};

TEST_F(FieldListOfAnAnswer, AreSearchedWithoutCase) {
    EXPECT_EQ(view(find_field(response, "VARY")->value), "origin, Cookie");
    EXPECT_EQ(find_field(response, "b"), nullptr);
    EXPECT_TRUE(field_contains(response, "vary", "cookie"));
    EXPECT_TRUE(field_contains(response, "vary", "Accept"));
    EXPECT_FALSE(field_contains(response, "vary", "ori"));
}

TEST_F(FieldListOfAnAnswer, AreChangedInACopy) {
    FieldList fields(&host, &request, &response, 2);
    ASSERT_TRUE(fields);
    fields.remove("A");
    fields.add("b", "2");
    fields.add_item("Vary", "ORIGIN");
    fields.add_item("Vary", "range");
    EXPECT_EQ(shown(), "Vary=origin, Cookie;vary=accept;b=2;Vary=range;");
    EXPECT_EQ(view(given[1].name), "a");
}

TEST_F(FieldListOfAnAnswer, StayAsTheyAreWhenMemoryIsExhausted) {
    arena.end = arena.cur;
    EXPECT_FALSE(FieldList(&host, &request, &response, 1));
    EXPECT_EQ(response.headers, given.data());
}

}  // namespace
}  // namespace berth::sdk
