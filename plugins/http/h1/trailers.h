#pragma once

#include "berth/http.h"

#include <span>
#include <string_view>

namespace berth::http {

// The fields of a chunked body's trailer section, whose lines ChunkDecoder has judged; copies in
// the arena. Names in lower-case, none of BERTH_H_*: those would come too late to be obeyed. None
// when memory is exhausted.
std::span<const berth_header> read_trailers(const berth_host& host,
                                            berth_arena* arena,
                                            std::string_view lines);

}  // namespace berth::http
