#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth {

// Finds small values by the hash of what names them; whoever asks compares the names. One piece of
// memory, at most half of it used, so that what is not there costs one look; it grows, and does not
// shrink, without a look at what the values stand for.
template <class Value>
class HashPlaces {
public:
    // The one with this hash for which matches() is true; NULL when there is none. Good until the
    // next change.
    template <class Matches>
    const Value* find(uint64_t hash, Matches matches) const {
        if (places_.empty()) {
            return nullptr;
        }
        size_t at = home_of(hash);
        while (places_[at].hash != 0) {
            if (places_[at].hash == used(hash) && matches(places_[at].value)) {
                return &places_[at].value;
            }
            at = after(at);
        }
        return nullptr;
    }

    void add(uint64_t hash, const Value& value) {
        if (2 * ++size_ > places_.size()) {
            grow();
        }
        put({used(hash), value});
    }

    // value is there.
    void remove(uint64_t hash, const Value& value) {
        size_t gap = home_of(hash);
        while (places_[gap].hash != used(hash) || places_[gap].value != value) {
            gap = after(gap);
        }
        // What could not have the gap's place, or one before it, gets it now.
        for (size_t at = after(gap); places_[at].hash != 0; at = after(at)) {
            if (steps(home_of(places_[at].hash), at) >= steps(gap, at)) {
                places_[gap] = places_[at];
                gap = at;
            }
        }
        places_[gap] = {};
        --size_;
    }

    size_t size() const { return size_; }

private:
    struct Place {
        uint64_t hash = 0;  // 0: nothing is here
        Value value{};
    };

    static uint64_t used(uint64_t hash) { return hash | uint64_t{1} << 63; }
    size_t home_of(uint64_t hash) const { return hash & (places_.size() - 1); }
    size_t after(size_t at) const { return home_of(at + 1); }
    size_t steps(size_t from, size_t to) const { return home_of(to - from); }

    void put(const Place& place) {
        size_t at = home_of(place.hash);
        while (places_[at].hash != 0) {
            at = after(at);
        }
        places_[at] = place;
    }

    void grow() {
        constexpr size_t kFewest = 64;
        std::vector<Place> old(places_.empty() ? kFewest : 2 * places_.size());
        old.swap(places_);
        for (const Place& place : old) {
            if (place.hash != 0) {
                put(place);
            }
        }
    }

    std::vector<Place> places_;  // a power of two
    size_t size_ = 0;
};

}  // namespace berth
