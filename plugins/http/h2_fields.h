#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::http {

// The fields of an answer as nghttp2 takes them. Built and submitted within one call: what it does
// not copy must stay until the frame has been written, and is the worker's own.
class H2Fields {
public:
    // room: reused by one answer after the other.
    explicit H2Fields(std::vector<nghttp2_nv>& room) : fields_(room) { fields_.clear(); }

    void add_status(uint32_t status);
    void add_length(uint64_t length);
    // name and value stay where they are.
    void add_lasting(std::string_view name, std::string_view value);
    // Adds the fields of an answer; those of HTTP/1 alone are left out. False: one is refused.
    bool add(const berth_header* fields, uint32_t n);

    const nghttp2_nv* data() const { return fields_.data(); }
    size_t size() const { return fields_.size(); }

private:
    void push(std::string_view name, std::string_view value, uint8_t flags);

    std::vector<nghttp2_nv>& fields_;
    std::array<char, sdk::kNumberSize> status_, length_;
};

}  // namespace berth::http
