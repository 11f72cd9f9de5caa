#pragma once

#include "config/problem.h"

#include <span>
#include <string_view>

namespace berth {

// The long text about one problem. wrong and right are files or commands as they are before and
// after.
struct Explanation {
    Problem problem;
    std::string_view title, meaning, wrong, right;
};

// In order of their numbers.
std::span<const Explanation> explanations_of_text();     // C10x to C13x
std::span<const Explanation> explanations_of_plugins();  // C2xx
std::span<const Explanation> explanations_of_machine();  // C3xx and C4xx

using Explanations = std::span<const Explanation> (*)();
inline constexpr Explanations kExplanations[] = {
    explanations_of_text, explanations_of_plugins, explanations_of_machine};

}  // namespace berth
