#pragma once

#include "h2/h2_frame.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::http {

// A frame, or a part of a DATA frame.
struct H2Piece {
    H2Frame frame;
    std::string_view payload;  // without padding
    uint32_t padding = 0;      // of DATA, with its length; told with the first part
    bool first = true;         // of its frame
    bool last = true;
    bool wrong_padding = false;  // more than there is payload (RFC 9113 6.1)
};

// Finds the frames in the bytes of a client behind its preface. What it does not take must be shown
// to it again with more behind it: DATA comes in any pieces, other frames whole, so that nothing
// is kept here.
class H2FrameReader {
public:
    // The next piece, and its bytes taken off the front; nothing: more is needed. A frame that is
    // longer than kLengthMax, and DATA with wrong padding, come without payload; they are not taken
    // off, and nothing can be read behind them.
    std::optional<H2Piece> next(std::string_view& bytes);

private:
    std::optional<H2Piece> next_data(std::string_view& bytes);
    std::optional<H2Piece> begin_data(std::string_view& bytes, const H2Frame& frame);

    H2Frame data_;            // the DATA frame that comes
    uint32_t data_left_ = 0;  // of its payload
    uint32_t padding_left_ = 0;
};

}  // namespace berth::http
