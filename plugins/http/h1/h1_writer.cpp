#include "h1/h1_writer.h"

#include "answer_fields.h"
#include "h1/status_line.h"

#include "berth/cpp/text.hpp"

namespace berth::http {
namespace {

constexpr size_t kFixedMax = 256;  // status line, Server, Date, framing, Connection, line ends
constexpr size_t kFieldExtra = 4;  // ": " and the line end
constexpr std::string_view kLineEnd = "\r\n", kLastChunk = "0\r\n";

char* put(char* at, std::string_view text) {
    return at + text.copy(at, text.size());
}

char* put_status_line(char* at, uint32_t status) {
    const std::string_view line = status_line(status);
    if (!line.empty()) {
        return put(at, line);
    }
    at = put(at, "HTTP/1.1 ");
    at += sdk::format_decimal(status, at);
    return put(at, " \r\n");
}

using Fields = std::span<const berth_header>;

Fields fields_of(const berth_http_resp& response) {
    return {response.headers, response.n_headers};
}

size_t fields_size(Fields fields) {
    size_t size = 0;
    for (const berth_header& field : fields) {
        size += field.name.n + field.value.n + kFieldExtra;
    }
    return size;
}

// NULL when a field is refused.
char* put_fields(char* at, Fields fields) {
    for (const berth_header& field : fields) {
        if (!is_sendable(field)) {
            return nullptr;
        }
        at = put(put(at, sdk::view(field.name)), ": ");
        at = put(put(at, sdk::view(field.value)), kLineEnd);
    }
    return at;
}

char* put_framing(char* at, const berth_http_resp& response, const H1Framing& framing) {
    if (framing.body == AnswerFraming::kLength) {
        at = put(at, "Content-Length: ");
        at += sdk::format_decimal(framing.length, at);
        at = put(at, kLineEnd);
    } else if (framing.body == AnswerFraming::kChunked) {
        at = put(at, "Transfer-Encoding: chunked\r\n");
    }
    if (response.status == 426) {
        at = put(at, "Connection: Upgrade\r\n");  // RFC 9110 7.8: its Upgrade field needs it
    }
    if (!framing.keep_alive) {
        return put(at, "Connection: close\r\n");
    }
    return framing.version == 10 ? put(at, "Connection: keep-alive\r\n") : at;
}

}  // namespace

size_t head_size_max(const berth_http_resp& response) {
    return kFixedMax + fields_size(fields_of(response));
}

size_t write_head(const berth_http_resp& response,
                  const H1Framing& framing,
                  std::string_view server_and_date,
                  char* out) {
    char* at = put_status_line(out, response.status);
    at = put_fields(put(at, server_and_date), fields_of(response));
    if (at == nullptr) {
        return 0;
    }
    at = put(put_framing(at, response, framing), kLineEnd);
    return static_cast<size_t>(at - out);
}

size_t write_informational_head(const berth_http_resp& response, char* out) {
    char* at = put_fields(put_status_line(out, response.status), fields_of(response));
    return at == nullptr ? 0 : static_cast<size_t>(put(at, kLineEnd) - out);
}

size_t write_upgrade_head(const berth_http_resp& response,
                          std::string_view protocol,
                          std::string_view server_and_date,
                          char* out) {
    char* at = put(put_status_line(out, 101), server_and_date);
    at = put(put(put(at, "Connection: Upgrade\r\nUpgrade: "), protocol), kLineEnd);
    at = put_fields(at, fields_of(response));
    return at == nullptr ? 0 : static_cast<size_t>(put(at, kLineEnd) - out);
}

size_t trailers_size_max(std::span<const berth_header> trailers) {
    return kLastChunk.size() + fields_size(trailers) + kLineEnd.size();
}

size_t write_trailers(std::span<const berth_header> trailers, char* out) {
    char* const at = put_fields(put(out, kLastChunk), trailers);
    return at == nullptr ? 0 : static_cast<size_t>(put(at, kLineEnd) - out);
}

}  // namespace berth::http
