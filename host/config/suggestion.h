#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Edits (insert, delete, replace, swap neighbours) that turn one text into the other.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `text` was probably meant to be; empty when none is near enough.
std::string nearest(std::string_view text, const std::vector<std::string>& candidates);

}  // namespace berth
