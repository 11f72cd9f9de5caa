// Header blocks of one client, each PIECE LENGTH BYTES: what H2Decoder reads from pieces is what
// nghttp2's inflater reads from the whole.
#include "h2/h2_decoder.h"
#include "support/fuzz_input.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using berth::http::H2Decoder;
using berth::testing::FuzzInput;
using berth::testing::require;

// The fields of a block, in the order in which they came.
struct Block {
    std::vector<std::string> texts;
    bool wrong = false;

    void add(std::string_view name, std::string_view value) {
        texts.emplace_back(name);
        texts.emplace_back(value);
    }
    bool operator==(const Block&) const = default;
};

class Reference {
public:
    Reference() { require(nghttp2_hd_inflate_new(&inflater_) == 0); }
    ~Reference() { nghttp2_hd_inflate_del(inflater_); }
    Reference(const Reference&) = delete;
    Reference& operator=(const Reference&) = delete;

    Block read(const std::string& bytes) {
        Block block;
        const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
        const uint8_t* const end = at + bytes.size();
        for (int flags = 0; (flags & NGHTTP2_HD_INFLATE_FINAL) == 0;) {
            nghttp2_nv field;
            const ssize_t used = nghttp2_hd_inflate_hd2(
                inflater_, &field, &flags, at, static_cast<size_t>(end - at), 1);
            block.wrong = used < 0;
            if (block.wrong) {
                return block;
            }
            at += used;
            if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
                block.add({reinterpret_cast<const char*>(field.name), field.namelen},
                          {reinterpret_cast<const char*>(field.value), field.valuelen});
            }
        }
        nghttp2_hd_inflate_end_headers(inflater_);
        return block;
    }

private:
    nghttp2_hd_inflater* inflater_ = nullptr;
};

Block read(H2Decoder& decoder, std::string_view bytes, size_t step) {
    Block block;
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        while (const auto field = decoder.next(piece)) {
            block.add(field->name, field->value);
        }
        require(piece.empty() || decoder.is_wrong());
    }
    decoder.end_block();
    block.wrong = decoder.is_wrong();
    return block;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, size);
    Reference reference;
    H2Decoder decoder;
    require(decoder.begin());
    while (!input.empty()) {
        const size_t step = std::max<size_t>(input.byte(), 1);
        const std::string bytes = input.take(input.byte());
        const Block block = read(decoder, bytes, step);
        require(block == reference.read(bytes));
        if (block.wrong) {
            break;
        }
    }
    return 0;
}
