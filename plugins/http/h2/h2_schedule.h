#pragma once

#include <vector>

namespace berth::http {

class H2Stream;

// The streams whose answers wait to be sent and may be, as far as their own windows go: whose turn
// it is (RFC 9218 10).
class H2Schedule {
public:
    bool empty() const { return waiting_.empty(); }
    bool has(const H2Stream& stream) const;
    // Behind the others of its urgency.
    void add(H2Stream& stream) { waiting_.push_back(&stream); }
    void remove(const H2Stream& stream);
    // The most urgent one that has waited longest. There is one.
    H2Stream& next() const;

private:
    std::vector<H2Stream*> waiting_;
};

}  // namespace berth::http
