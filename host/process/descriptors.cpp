#include "process/descriptors.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

namespace berth {

void close_all_except(std::vector<int> kept) {
    std::sort(kept.begin(), kept.end());
    unsigned first = STDERR_FILENO + 1;
    for (int fd : kept) {
        if (fd < static_cast<int>(first)) {
            continue;
        }
        const auto number = static_cast<unsigned>(fd);
        if (number > first) {
            close_range(first, number - 1, 0);
        }
        first = number + 1;
    }
    close_range(first, UINT_MAX, 0);
}

}  // namespace berth
