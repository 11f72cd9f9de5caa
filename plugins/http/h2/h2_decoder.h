#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>
#include <optional>
#include <string_view>

namespace berth::http {

// The header blocks of one client (HPACK, RFC 7541), whose table lives as long as the connection.
class H2Decoder {
public:
    struct Field {
        std::string_view name, value;
    };

    // False: memory is exhausted.
    bool begin();
    // Takes bytes from the front of a fragment until they make a field, which stays until the next
    // call. None: the fragment is used up, or wrong.
    std::optional<Field> next(std::string_view& fragment);
    // The block ends with the fragments that were given.
    void end_block();
    // Nothing that follows can be decoded.
    bool is_wrong() const { return wrong_; }

private:
    struct Delete {
        void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
    };

    std::optional<Field> take_entry(std::string_view& fragment);
    std::optional<Field> inflate(std::string_view& fragment);

    std::unique_ptr<nghttp2_hd_inflater, Delete> inflater_;
    bool between_fields_ = true;  // the next byte begins one
    bool has_fields_ = false;     // of this block
    bool wrong_ = false;
};

}  // namespace berth::http
