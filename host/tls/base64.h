#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// RFC 4648. With padding and the alphabet of section 4 unless said otherwise.
struct Base64Form {
    bool url = false;   // '-' and '_'
    bool bare = false;  // no padding
};

// Writes the text at out, which has room for 4 characters per 3 bytes begun; returns its length.
size_t base64_encode(std::string_view bytes, Base64Form form, char* out);
// Writes the bytes at out, which has room for 3 per 4 characters begun; returns how many, or
// nothing for a text that base64_encode() does not write.
std::optional<size_t> base64_decode(std::string_view text, Base64Form form, char* out);

std::string base64_text(std::string_view bytes, Base64Form form = {});
std::optional<std::string> base64_bytes(std::string_view text, Base64Form form = {});

}  // namespace berth
