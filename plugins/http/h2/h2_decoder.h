#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace berth::http {

class H2Head;

// The header blocks of one client (HPACK, RFC 7541), whose table lives as long as the connection.
class H2Decoder {
public:
    enum class Result : uint8_t {
        kGood,
        kWrong,     // nothing that follows can be decoded either
        kTooLarge,  // more in one block than size_max
    };

    // False: memory is exhausted.
    bool begin();
    // A fragment of a block, whose fields it adds to head; last: the block ends with it.
    Result decode(std::string_view fragment, bool last, uint64_t size_max, H2Head& head);

private:
    struct Delete {
        void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
    };

    std::unique_ptr<nghttp2_hd_inflater, Delete> inflater_;
};

}  // namespace berth::http
