#include "h2/h2_streams.h"

#include "h2/h2_stream.h"

#include <algorithm>
#include <utility>

namespace berth::http {

H2Streams::H2Streams() = default;
H2Streams::~H2Streams() = default;

H2Stream* H2Streams::find(uint32_t id) const {
    const auto at = std::find(ids_.begin(), ids_.end(), id);
    return at == ids_.end() ? nullptr : streams_[static_cast<size_t>(at - ids_.begin())].get();
}

H2Streams::Fate H2Streams::fate_of(uint32_t id) const {
    if (std::find(given_up_.begin(), given_up_.end(), id) != given_up_.end()) {
        return Fate::kGivenUp;
    }
    const bool theirs = id % 2 == 1;
    if (!theirs || id > last_) {
        return Fate::kIdle;
    }
    const uint32_t step = (last_ - id) / 2;
    const bool skipped = step < kOpenedKept && (opened_ >> step & 1) == 0;
    return skipped ? Fate::kIdle : Fate::kClosed;
}

void H2Streams::note_opened(uint32_t id) {
    const uint32_t step = (id - last_) / 2;
    opened_ = step < kOpenedKept ? opened_ << step | 1 : 1;
    last_ = id;
}

void H2Streams::note_given_up(uint32_t id) {
    if (given_up_.size() < kGivenUpKept) {
        given_up_.push_back(id);
    } else {
        given_up_[given_up_next_++ % kGivenUpKept] = id;
    }
}

H2Stream& H2Streams::add(H2StreamPtr stream) {
    ids_.push_back(stream->id());
    streams_.push_back(std::move(stream));
    return *streams_.back();
}

void H2Streams::remove(const H2Stream& stream) {
    const auto at = std::find(ids_.rbegin(), ids_.rend(), stream.id());
    const auto place = static_cast<size_t>(ids_.rend() - at) - 1;
    std::swap(ids_[place], ids_.back());
    std::swap(streams_[place], streams_.back());
    ids_.pop_back();
    streams_.pop_back();
}

}  // namespace berth::http
