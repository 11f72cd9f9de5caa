#pragma once

#include <cstddef>
#include <string_view>

namespace berth {

// Length of the well-formed UTF-8 sequence at the start of the text (RFC 3629), 0 when there is
// none.
size_t utf8_length(std::string_view text);

// Characters in the text; bytes that are not UTF-8 count as one each.
size_t utf8_count(std::string_view text);

}  // namespace berth
