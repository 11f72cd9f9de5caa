#include "h2/h2_schedule.h"

#include "h2/h2_stream.h"

#include <algorithm>

namespace berth::http {

bool H2Schedule::has(const H2Stream& stream) const {
    return std::find(waiting_.begin(), waiting_.end(), &stream) != waiting_.end();
}

void H2Schedule::remove(const H2Stream& stream) {
    const auto at = std::find(waiting_.begin(), waiting_.end(), &stream);
    if (at != waiting_.end()) {
        waiting_.erase(at);
    }
}

H2Stream& H2Schedule::next() const {
    const auto is_more_urgent = [](const H2Stream* a, const H2Stream* b) {
        return a->priority().urgency < b->priority().urgency;
    };
    return **std::min_element(waiting_.begin(), waiting_.end(), is_more_urgent);
}

}  // namespace berth::http
