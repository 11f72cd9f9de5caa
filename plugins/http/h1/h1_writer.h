#pragma once

#include "berth/http.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace berth::http {

// How the end of an answer's body is told in HTTP/1.
enum class AnswerFraming : uint8_t { kNone, kLength, kChunked, kUntilClose };

struct H1Framing {
    AnswerFraming body = AnswerFraming::kNone;
    uint64_t length = 0;
    uint8_t version = 11;  // of the request
    bool keep_alive = true;
};

// Enough room for write_head().
size_t head_size_max(const berth_http_resp& response);

// Writes a complete head at out; returns its size, 0 when the response holds a field that is not
// sendable.
size_t write_head(const berth_http_resp& response,
                  const H1Framing& framing,
                  std::string_view server_and_date,
                  char* out);

// Writes a head of 1xx; as write_head().
size_t write_informational_head(const berth_http_resp& response, char* out);

// Writes a head of 101 to that protocol; as write_head().
size_t write_upgrade_head(const berth_http_resp& response,
                          std::string_view protocol,
                          std::string_view server_and_date,
                          char* out);

// Writes the end of a chunked body with these trailers at out, which has room for
// trailers_size_max(); as write_head().
size_t trailers_size_max(std::span<const berth_header> trailers);
size_t write_trailers(std::span<const berth_header> trailers, char* out);

}  // namespace berth::http
