#include "byte_scan.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace berth::http {
namespace {

constexpr size_t kBlock = 16;
constexpr size_t kWord = sizeof(uint64_t);

bool is_visible(unsigned char c) {
    return c > 0x20 && c < 0x7f;
}

bool is_value_byte(unsigned char c) {
    return (c >= 0x20 && c != 0x7f) || c == '\t';
}

// Of nearly all names of fields.
bool is_lower_name_byte(unsigned char c) {
    return (c >= 'a' && c <= 'z') || c == '-';
}

bool is_name_byte(unsigned char c) {
    return is_lower_name_byte(c) || (c >= 'A' && c <= 'Z');
}

bool is_plain_host_byte(unsigned char c) {
    return is_name_byte(c) || c == '.' || (c >= '0' && c <= '9');
}

bool is_no_capital(unsigned char c) {
    return c < 'A' || c > 'Z';
}

uint64_t load_word(const char* at) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    return word;
}

#if defined(__SSE2__)

using Block = __m128i;

Block load(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

Block load_halves(const char* low, const char* high) {
    return _mm_set_epi64x(static_cast<int64_t>(load_word(high)),
                          static_cast<int64_t>(load_word(low)));
}

// Bytes of a block in low..0x7e: bytes from 0x80 on are negative and so below any low.
bool block_visible(Block block) {
    const Block above = _mm_cmpgt_epi8(block, _mm_set1_epi8(0x20));
    const Block below = _mm_cmplt_epi8(block, _mm_set1_epi8(0x7f));
    return _mm_movemask_epi8(_mm_and_si128(above, below)) == 0xffff;
}

bool block_is_value(Block block) {
    const Block control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const Block tab = _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'));
    const Block del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
    return _mm_movemask_epi8(_mm_or_si128(_mm_andnot_si128(tab, control), del)) == 0;
}

// Bytes between two of ASCII, both included.
template <char kFirst, char kLast>
Block in_range(Block block) {
    return _mm_and_si128(_mm_cmpgt_epi8(block, _mm_set1_epi8(kFirst - 1)),
                         _mm_cmplt_epi8(block, _mm_set1_epi8(kLast + 1)));
}

Block lower_letters(Block block) {
    return in_range<'a', 'z'>(block);
}

Block letters(Block block) {
    return lower_letters(_mm_or_si128(block, _mm_set1_epi8(0x20)));
}

bool letters_or_hyphens(Block letters, Block block) {
    const Block hyphens = _mm_cmpeq_epi8(block, _mm_set1_epi8('-'));
    return _mm_movemask_epi8(_mm_or_si128(letters, hyphens)) == 0xffff;
}

bool block_is_lower_name(Block block) {
    return letters_or_hyphens(lower_letters(block), block);
}

bool block_is_name(Block block) {
    return letters_or_hyphens(letters(block), block);
}

bool block_is_plain_host(Block block) {
    const Block marks_or_digits = in_range<'-', '9'>(block);  // and the slash between them
    const Block slashes = _mm_cmpeq_epi8(block, _mm_set1_epi8('/'));
    const Block good = _mm_or_si128(letters(block), _mm_andnot_si128(slashes, marks_or_digits));
    return _mm_movemask_epi8(good) == 0xffff;
}

bool block_has_no_capitals(Block block) {
    return _mm_movemask_epi8(in_range<'A', 'Z'>(block)) == 0;
}

#else

struct Block {
    unsigned char bytes[kBlock];
};

Block load_halves(const char* low, const char* high) {
    Block block;
    std::memcpy(block.bytes, low, kWord);
    std::memcpy(block.bytes + kWord, high, kWord);
    return block;
}

Block load(const char* at) {
    return load_halves(at, at + kWord);
}

bool block_visible(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_visible);
}

bool block_is_value(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_value_byte);
}

bool block_is_lower_name(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_lower_name_byte);
}

bool block_is_name(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_name_byte);
}

bool block_is_plain_host(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_plain_host_byte);
}

bool block_has_no_capitals(const Block& block) {
    return std::all_of(block.bytes, block.bytes + kBlock, is_no_capital);
}

#endif

// The last block, or the second half of the only one, overlaps what comes before it.
template <class TestBlock, class TestByte>
bool every(std::string_view text, TestBlock block, TestByte byte) {
    const char* at = text.data();
    const char* const end = at + text.size();
    if (text.size() >= kBlock) {
        for (; end - at > static_cast<ptrdiff_t>(kBlock); at += kBlock) {
            if (!block(load(at))) {
                return false;
            }
        }
        return block(load(end - kBlock));
    }
    if (text.size() >= kWord) {
        return block(load_halves(at, end - kWord));
    }
    while (at != end && byte(static_cast<unsigned char>(*at))) {
        ++at;
    }
    return at == end;
}

constexpr uint64_t in_each_byte(unsigned char c) {
    return c * uint64_t{0x0101010101010101};
}

// Adding to the seven low bits of a byte sets its high bit from a certain value on.
uint64_t lower_case(uint64_t word) {
    const uint64_t low_bits = word & in_each_byte(0x7f);
    const uint64_t from_a = low_bits + in_each_byte(0x80 - 'A');
    const uint64_t above_z = low_bits + in_each_byte(0x7f - 'Z');
    const uint64_t upper = from_a & ~above_z & ~word & in_each_byte(0x80);
    return word | upper >> 2;
}

void make_word_lower(char* at) {
    const uint64_t word = lower_case(load_word(at));
    std::memcpy(at, &word, sizeof(word));
}

}  // namespace

bool all_visible(std::string_view text) {
    return every(text, block_visible, is_visible);
}

bool is_field_value(std::string_view text) {
    return every(text, block_is_value, is_value_byte);
}

// Bytes that few names have are looked up one by one.
bool is_name(std::string_view text) {
    return !text.empty() &&
           (every(text, block_is_name, is_name_byte) || token_size(text) == text.size());
}

bool is_lower_name(std::string_view text) {
    const auto is_lower = [](char c) { return c != '\0' && token_lower(c) == c; };
    return !text.empty() && (every(text, block_is_lower_name, is_lower_name_byte) ||
                             std::all_of(text.begin(), text.end(), is_lower));
}

bool is_plain_host(std::string_view text) {
    return every(text, block_is_plain_host, is_plain_host_byte);
}

bool has_no_capitals(std::string_view text) {
    return every(text, block_has_no_capitals, is_no_capital);
}

void make_lower(char* text, size_t n) {
    char* const end = text + n;
    if (n < kWord) {
        for (; text != end; ++text) {
            *text = sdk::to_lower(*text);
        }
        return;
    }
    for (; end - text > static_cast<ptrdiff_t>(kWord); text += kWord) {
        make_word_lower(text);
    }
    make_word_lower(end - kWord);
}

bool equals_folded(std::string_view token, std::string_view lower) {
    constexpr uint64_t kFold = in_each_byte(0x20);
    const size_t n = lower.size();
    if (token.size() != n) {
        return false;
    }
    size_t at = 0;
    if (n >= kWord) {
        for (; at < n - kWord; at += kWord) {
            if ((load_word(token.data() + at) | kFold) != load_word(lower.data() + at)) {
                return false;
            }
        }
        at = n - kWord;
        return (load_word(token.data() + at) | kFold) == load_word(lower.data() + at);
    }
    const char *left = token.data(), *right = lower.data();
    while (at < n && (left[at] | 0x20) == right[at]) {
        ++at;
    }
    return at == n;
}

}  // namespace berth::http
