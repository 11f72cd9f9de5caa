// A client's frames, read in the slowest and plainest way: the whole input at once, byte by byte,
// as RFC 6455 5.2 to 5.5 and RFC 7692 6 say it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::testing {

struct ReferenceFrames {
    enum class Outcome { kMore, kRefused, kTooMany };
    struct Item {  // a message, or a control frame
        int opcode = 0;
        bool compressed = false;
        std::string payload;
        bool operator==(const Item&) const = default;
    };
    std::vector<Item> items;
    Outcome outcome = Outcome::kMore;
};

ReferenceFrames reference_frames(std::string_view bytes, bool compression, uint32_t frames_max);

}  // namespace berth::testing
