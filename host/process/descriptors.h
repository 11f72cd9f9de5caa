#pragma once

#include <vector>

namespace berth {

// In a new child: closes every descriptor from 3 on that is not listed.
void close_all_except(std::vector<int> kept);

}  // namespace berth
