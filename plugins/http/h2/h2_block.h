#pragma once

#include "h2/h2_frame.h"

#include "berth/http.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::http {

// The fields of an answer as a header block (HPACK, RFC 7541). It uses the static table only: a
// client's connection costs no table of ours, and no answer tells anything of another by its size.
class H2Block {
public:
    // room: reused by one block after the other. shrink: the client wants less of a table than it
    // was promised, and is told that there is none (RFC 7541 4.2).
    H2Block(std::vector<char>& room, bool shrink);

    void add_status(uint32_t status);
    // The name of the server, and when it answers.
    void add_server(std::string_view date);
    void add_length(uint64_t length);
    // Adds fields of a handler, their names in lower-case; those of HTTP/1 alone are left out.
    // False: one is refused.
    bool add(const berth_header* fields, uint32_t n);

    std::string_view text() const {
        return {room_.data() + H2Frame::kHeadSize, size_ - H2Frame::kHeadSize};
    }
    // The block as HEADERS, where it fits into one frame; until the next call.
    bool fits_frame() const { return text().size() <= H2Frame::kLengthMax; }
    std::string_view frame(uint32_t stream, uint8_t flags);

private:
    char* more(size_t bytes_max);
    void end_at(const char* at) { size_ = static_cast<size_t>(at - room_.data()); }
    void put(uint8_t name_index, std::string_view value);
    void put(std::string_view name, std::string_view value);

    std::vector<char>& room_;
    size_t size_ = H2Frame::kHeadSize;  // room for the head of a frame comes first
};

}  // namespace berth::http
