#include "tls/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace berth {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNone = 64;

using Values = std::array<uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
    Values values{};
    values.fill(kNone);
    for (size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
    }
    return values;
}

// Without padding; nothing when its length is not what the form says.
std::optional<std::string_view> digits_of(std::string_view text, bool bare) {
    size_t padding = 0;
    if (!bare) {
        if (text.size() % 4 != 0) {
            return std::nullopt;
        }
        while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
            ++padding;
        }
    }
    text.remove_suffix(padding);
    const bool fits = bare ? text.size() % 4 != 1 : (4 - text.size() % 4) % 4 == padding;
    return fits ? std::optional(text) : std::nullopt;
}

}  // namespace

size_t base64_encode(std::string_view bytes, Base64Form form, char* out) {
    const std::string_view alphabet = form.url ? kUrl : kStandard;
    char* at = out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(3, bytes.size()))) {
        const size_t n = std::min<size_t>(3, bytes.size());
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < n ? static_cast<uint8_t>(bytes[i]) : 0u);
        }
        for (size_t i = 0; i < 4; ++i) {
            if (i <= n) {
                *at++ = alphabet[bits >> (18 - 6 * i) & 63];
            } else if (!form.bare) {
                *at++ = '=';
            }
        }
    }
    return static_cast<size_t>(at - out);
}

std::optional<size_t> base64_decode(std::string_view text, Base64Form form, char* out) {
    static constexpr Values kStandardValues = values_of(kStandard), kUrlValues = values_of(kUrl);
    const Values& values = form.url ? kUrlValues : kStandardValues;
    const auto digits = digits_of(text, form.bare);
    if (!digits) {
        return std::nullopt;
    }
    char* at = out;
    uint32_t bits = 0;
    unsigned held = 0;  // bits that are not written yet
    for (const char c : *digits) {
        const uint8_t value = values[static_cast<uint8_t>(c)];
        if (value == kNone) {
            return std::nullopt;
        }
        bits = (bits << 6 | value) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *at++ = static_cast<char>(bits >> held);
        }
    }
    const bool rest_is_zero = (bits & ((1u << held) - 1)) == 0;
    return rest_is_zero ? std::optional(static_cast<size_t>(at - out)) : std::nullopt;
}

std::string base64_text(std::string_view bytes, Base64Form form) {
    std::string text((bytes.size() + 2) / 3 * 4, '\0');
    text.resize(base64_encode(bytes, form, text.data()));
    return text;
}

std::optional<std::string> base64_bytes(std::string_view text, Base64Form form) {
    std::string bytes((text.size() + 3) / 4 * 3, '\0');
    const auto size = base64_decode(text, form, bytes.data());
    if (!size) {
        return std::nullopt;
    }
    bytes.resize(*size);
    return bytes;
}

}  // namespace berth
