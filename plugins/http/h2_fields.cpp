#include "h2_fields.h"

#include "answer_fields.h"

namespace berth::http {
namespace {

// RFC 9113 8.2.2; the others of that list are reserved in every version.
bool is_of_http1(std::string_view name) {
    return sdk::equal_ignoring_case(name, "upgrade") ||
           sdk::equal_ignoring_case(name, "proxy-connection");
}

uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

void H2Fields::push(std::string_view name, std::string_view value, uint8_t flags) {
    fields_.push_back({bytes_of(name), bytes_of(value), name.size(), value.size(), flags});
}

void H2Fields::add_status(uint32_t status) {
    const size_t size = sdk::format_decimal(status, status_.data());
    push(":status", {status_.data(), size}, NGHTTP2_NV_FLAG_NO_COPY_NAME);
}

void H2Fields::add_length(uint64_t length) {
    const size_t size = sdk::format_decimal(length, length_.data());
    push("content-length", {length_.data(), size}, NGHTTP2_NV_FLAG_NO_COPY_NAME);
}

void H2Fields::add_lasting(std::string_view name, std::string_view value) {
    push(name, value, NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE);
}

bool H2Fields::add(const berth_header* fields, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        const std::string_view name = sdk::view(fields[i].name);
        if (is_reserved_field(name) || !is_sendable(fields[i])) {
            return false;
        }
        if (!is_of_http1(name)) {
            push(name, sdk::view(fields[i].value), NGHTTP2_NV_FLAG_NONE);
        }
    }
    return true;
}

}  // namespace berth::http
