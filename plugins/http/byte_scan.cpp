#include "byte_scan.h"

#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace berth::http {
namespace {

bool is_visible(unsigned char c) {
    return c > 0x20 && c < 0x7f;
}

bool is_value_byte(unsigned char c) {
    return (c >= 0x20 && c != 0x7f) || c == '\t';
}

#if defined(__SSE2__)

constexpr size_t kBlock = sizeof(__m128i);

__m128i load(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// Bytes of a block in low..0x7e: bytes from 0x80 on are negative and so below any low.
bool block_visible(const char* at) {
    const __m128i block = load(at);
    const __m128i above = _mm_cmpgt_epi8(block, _mm_set1_epi8(0x20));
    const __m128i below = _mm_cmplt_epi8(block, _mm_set1_epi8(0x7f));
    return _mm_movemask_epi8(_mm_and_si128(above, below)) == 0xffff;
}

bool block_is_value(const char* at) {
    const __m128i block = load(at);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const __m128i tab = _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'));
    const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
    return _mm_movemask_epi8(_mm_or_si128(_mm_andnot_si128(tab, control), del)) == 0;
}

#else

constexpr size_t kBlock = 8;

template <class Test>
bool block_all(const char* at, Test test) {
    bool all = true;
    for (size_t i = 0; i < kBlock; ++i) {
        all &= test(static_cast<unsigned char>(at[i]));
    }
    return all;
}

bool block_visible(const char* at) {
    return block_all(at, is_visible);
}

bool block_is_value(const char* at) {
    return block_all(at, is_value_byte);
}

#endif

template <class Block, class Byte>
bool every(std::string_view text, Block block, Byte byte) {
    const char* at = text.data();
    size_t left = text.size();
    for (; left >= kBlock; at += kBlock, left -= kBlock) {
        if (!block(at)) {
            return false;
        }
    }
    for (; left != 0; ++at, --left) {
        if (!byte(static_cast<unsigned char>(*at))) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool all_visible(std::string_view text) {
    return every(text, block_visible, is_visible);
}

bool is_field_value(std::string_view text) {
    return every(text, block_is_value, is_value_byte);
}

}  // namespace berth::http
