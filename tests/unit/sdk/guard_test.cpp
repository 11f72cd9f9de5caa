#include "berth/cpp/guard.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <tuple>

namespace berth::sdk {
namespace {

enum class Throws { kNothing, kNoMemory, kSomethingElse };

int calls = 0;

void act(Throws what) {
    ++calls;
    if (what == Throws::kNoMemory) {
        throw std::bad_alloc();
    }
    if (what == Throws::kSomethingElse) {
        throw std::runtime_error("x");
    }
}
berth_status judge(Throws what) {
    act(what);
    return BERTH_AGAIN;
}
const char* name(Throws what) {
    act(what);
    return "name";
}
berth_sv text(Throws what) {
    act(what);
    return {"text", 4};
}

TEST(Guard, passes_statuses_through) {
    EXPECT_EQ(guarded([] { return judge(Throws::kNothing); }), BERTH_AGAIN);
    EXPECT_EQ(guarded([] { act(Throws::kNothing); }), BERTH_OK);
}

TEST(Guard, turns_exceptions_into_statuses) {
    EXPECT_EQ(guarded([] { return judge(Throws::kNoMemory); }), BERTH_E_NOMEM);
    EXPECT_EQ(guarded([] { act(Throws::kSomethingElse); }), BERTH_E_FAIL);
}

TEST(Guard, makes_functions_for_tables) {
    static constexpr auto kFunctions =
        std::tuple(kGuarded<judge>, kGuarded<act>, kGuarded<name>, kGuarded<text>);
    const auto [guarded_judge, guarded_act, guarded_name, guarded_text] = kFunctions;
    static_assert(noexcept(guarded_judge(Throws::kNothing)));
    EXPECT_EQ(guarded_judge(Throws::kNothing), BERTH_AGAIN);
    EXPECT_EQ(guarded_judge(Throws::kSomethingElse), BERTH_E_FAIL);
    calls = 0;
    guarded_act(Throws::kNoMemory);
    EXPECT_EQ(calls, 1);
    EXPECT_STREQ(guarded_name(Throws::kNothing), "name");
    EXPECT_EQ(guarded_name(Throws::kNoMemory), nullptr);
    EXPECT_EQ(guarded_text(Throws::kNothing).n, 4u);
    EXPECT_EQ(guarded_text(Throws::kNoMemory).n, 0u);
}

}  // namespace
}  // namespace berth::sdk
