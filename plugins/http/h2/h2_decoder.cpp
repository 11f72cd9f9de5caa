#include "h2/h2_decoder.h"

namespace berth::http {
namespace {

constexpr uint8_t kIndexed = 0x80, kIndexBits = 0x7f;  // of one byte (RFC 7541 6.1)
constexpr uint8_t kSizeUpdateBits = 0xe0, kSizeUpdate = 0x20;

uint8_t first_byte(std::string_view text) {
    return static_cast<uint8_t>(text.front());
}

bool is_entry(std::string_view fragment) {
    const uint8_t first = first_byte(fragment);
    return first >= kIndexed && (first & kIndexBits) != kIndexBits;  // which goes on behind it
}

bool is_size_update(std::string_view fragment) {
    return (first_byte(fragment) & kSizeUpdateBits) == kSizeUpdate;
}

H2Decoder::Field field_of(const nghttp2_nv& entry) {
    return {{reinterpret_cast<const char*>(entry.name), entry.namelen},
            {reinterpret_cast<const char*>(entry.value), entry.valuelen}};
}

}  // namespace

bool H2Decoder::begin() {
    nghttp2_hd_inflater* inflater = nullptr;
    const bool made = nghttp2_hd_inflate_new(&inflater) == 0;
    inflater_.reset(inflater);
    return made;
}

std::optional<H2Decoder::Field> H2Decoder::next(std::string_view& fragment) {
    if (fragment.empty() || wrong_) {
        return std::nullopt;
    }
    return between_fields_ && is_entry(fragment) ? take_entry(fragment) : inflate(fragment);
}

// Most fields of most requests are whole entries of the table: they need no inflater.
std::optional<H2Decoder::Field> H2Decoder::take_entry(std::string_view& fragment) {
    const size_t index = first_byte(fragment) & kIndexBits;
    const nghttp2_nv* const entry = nghttp2_hd_inflate_get_table_entry(inflater_.get(), index);
    if (entry == nullptr) {
        wrong_ = true;
        return std::nullopt;
    }
    fragment.remove_prefix(1);
    has_fields_ = true;
    return field_of(*entry);
}

std::optional<H2Decoder::Field> H2Decoder::inflate(std::string_view& fragment) {
    // RFC 7541 4.2. The inflater does not know of the fields that went past it.
    if (between_fields_ && has_fields_ && is_size_update(fragment)) {
        wrong_ = true;
        return std::nullopt;
    }
    nghttp2_nv field;
    int flags = 0;
    const auto* const bytes = reinterpret_cast<const uint8_t*>(fragment.data());
    const ssize_t used =
        nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, bytes, fragment.size(), 0);
    if (used < 0) {
        wrong_ = true;
        return std::nullopt;
    }
    fragment.remove_prefix(static_cast<size_t>(used));
    between_fields_ = (flags & NGHTTP2_HD_INFLATE_EMIT) != 0;
    if (!between_fields_) {
        return std::nullopt;
    }
    has_fields_ = true;
    return field_of(field);
}

void H2Decoder::end_block() {
    if (!between_fields_) {
        nghttp2_nv field;
        int flags = 0;
        wrong_ |= nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, nullptr, 0, 1) < 0;
    }
    nghttp2_hd_inflate_end_headers(inflater_.get());
    between_fields_ = true;
    has_fields_ = false;
}

}  // namespace berth::http
