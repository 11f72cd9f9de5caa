#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace berth {

// Room for n elements in all, so that adding up to there cannot fail; grows by doubling. Throws
// when memory is exhausted.
template <class T>
void reserve_room(std::vector<T>& list, size_t n) {
    if (n > list.capacity()) {
        list.reserve(std::max(n, 2 * list.capacity()));
    }
}

}  // namespace berth
