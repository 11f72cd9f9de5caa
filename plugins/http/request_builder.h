#pragma once

#include "h1/h1_parser.h"
#include "h2/h2_head.h"

#include "berth/http.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace berth::http {

using KnownFields = std::array<uint16_t, BERTH_H_COUNT>;

// Copies a parsed head once into the request's arena and points the request at the copy: names in
// lower-case, the target taken apart and its path normalised. `bytes` are those that were parsed.
// Returns the status to refuse the request with, 0 when it is good.
uint16_t build_request(const berth_host& host,
                       const Head& head,
                       std::string_view bytes,
                       KnownFields& known,
                       berth_http_req& request);

// The same from a header block of HTTP/2, whose fields are in the arena already.
uint16_t build_request(const berth_host& host,
                       const H2Head& head,
                       KnownFields& known,
                       berth_http_req& request);

// Rebuilds the index of known fields after the request's fields changed.
void index_fields(const berth_http_req& request, KnownFields& known);

}  // namespace berth::http
