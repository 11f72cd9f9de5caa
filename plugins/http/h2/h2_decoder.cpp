#include "h2/h2_decoder.h"

#include "h2/h2_head.h"

namespace berth::http {
namespace {

std::string_view text(const uint8_t* bytes, size_t n) {
    return {reinterpret_cast<const char*>(bytes), n};
}

}  // namespace

bool H2Decoder::begin() {
    nghttp2_hd_inflater* inflater = nullptr;
    const bool made = nghttp2_hd_inflate_new(&inflater) == 0;
    inflater_.reset(inflater);
    return made;
}

H2Decoder::Result H2Decoder::decode(std::string_view fragment,
                                    bool last,
                                    uint64_t size_max,
                                    H2Head& head) {
    const auto* at = reinterpret_cast<const uint8_t*>(fragment.data());
    size_t left = fragment.size();
    for (;;) {
        nghttp2_nv field;
        int flags = 0;
        const ssize_t used =
            nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, at, left, last ? 1 : 0);
        if (used < 0) {
            return Result::kWrong;
        }
        at += used;
        left -= static_cast<size_t>(used);
        const bool emitted = (flags & NGHTTP2_HD_INFLATE_EMIT) != 0;
        if (emitted) {
            head.add(text(field.name, field.namelen), text(field.value, field.valuelen));
        }
        if (head.size() > size_max) {
            return Result::kTooLarge;
        }
        if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
            nghttp2_hd_inflate_end_headers(inflater_.get());
            return Result::kGood;
        }
        if (!emitted && left == 0) {
            return Result::kGood;
        }
    }
}

}  // namespace berth::http
