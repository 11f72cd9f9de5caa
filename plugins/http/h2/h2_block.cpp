#include "h2/h2_block.h"

#include "answer_fields.h"
#include "byte_scan.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>

namespace berth::http {
namespace {

// Entries of the static table (RFC 7541 A).
constexpr uint8_t kStatus = 8, kContentLength = 28, kDate = 33, kServer = 54;
constexpr std::array<uint16_t, 7> kStatuses = {200, 204, 206, 304, 400, 404, 500};  // from kStatus

struct Entry {
    std::string_view name;
    uint8_t index;
};

// Names that answers have, by their length.
constexpr std::array<Entry, 22> kNames = {{
    {"age", 21},
    {"etag", 34},
    {"vary", 59},
    {"link", 45},
    {"allow", 22},
    {"expires", 36},
    {"refresh", 52},
    {"location", 46},
    {"set-cookie", 55},
    {"retry-after", 53},
    {"content-type", 31},
    {"accept-ranges", 18},
    {"cache-control", 24},
    {"content-range", 30},
    {"last-modified", 44},
    {"content-encoding", 26},
    {"content-language", 27},
    {"content-location", 29},
    {"www-authenticate", 61},
    {"content-disposition", 25},
    {"strict-transport-security", 56},
    {"access-control-allow-origin", 20},
}};
constexpr size_t kNameMax = 27;

// Where the names of each length begin.
constexpr std::array<uint8_t, kNameMax + 2> kFirstOfLength = [] {
    std::array<uint8_t, kNameMax + 2> first{};
    for (size_t length = 0; length < first.size(); ++length) {
        while (first[length] < kNames.size() && kNames[first[length]].name.size() < length) {
            ++first[length];
        }
    }
    return first;
}();

// A number behind the bits of `first` (RFC 7541 5.1); at most kNumberMax bytes.
constexpr size_t kNumberMax = 6;
char* put_number(char* at, uint8_t first, unsigned prefix_bits, uint32_t number) {
    const uint32_t most = (1U << prefix_bits) - 1;
    if (number < most) {
        *at++ = static_cast<char>(first | number);
        return at;
    }
    *at++ = static_cast<char>(first | most);
    number -= most;
    for (; number >= 0x80; number >>= 7) {
        *at++ = static_cast<char>(number | 0x80);
    }
    *at++ = static_cast<char>(number);
    return at;
}

char* put_text(char* at, std::string_view text) {
    at = put_number(at, 0, 7, static_cast<uint32_t>(text.size()));
    return std::copy(text.begin(), text.end(), at);
}

// Of a token, or 0.
uint8_t index_of(std::string_view name) {
    if (name.size() > kNameMax) {
        return 0;
    }
    for (size_t i = kFirstOfLength[name.size()]; i < kFirstOfLength[name.size() + 1]; ++i) {
        if (equals_folded(name, kNames[i].name)) {
            return kNames[i].index;
        }
    }
    return 0;
}

// RFC 9113 8.2.2; the others of that list are reserved in every version.
bool is_of_http1(std::string_view name) {
    return sdk::equal_ignoring_case(name, "upgrade") ||
           sdk::equal_ignoring_case(name, "proxy-connection");
}

}  // namespace

H2Block::H2Block(std::vector<char>& room, bool shrink) : room_(room) {
    more(kNumberMax);
    if (shrink) {
        char* const at = more(kNumberMax);
        end_at(put_number(at, 0x20, 5, 0));
    }
}

std::string_view H2Block::frame(uint32_t stream, uint8_t flags) {
    const auto length = static_cast<uint32_t>(text().size());
    const H2FrameHead head = frame_head({length, H2Frame::kHeaders, flags, stream});
    std::copy(head.begin(), head.end(), room_.begin());
    return {room_.data(), size_};
}

// Room for that many bytes at the end, of which end_at() tells how many were used.
char* H2Block::more(size_t bytes_max) {
    if (room_.size() < size_ + bytes_max) {
        room_.resize((size_ + bytes_max) * 2);
    }
    return room_.data() + size_;
}

// Literals without indexing (RFC 7541 6.2.2).
void H2Block::put(uint8_t name_index, std::string_view value) {
    char* const at = more(2 * kNumberMax + value.size());
    end_at(put_text(put_number(at, 0, 4, name_index), value));
}

void H2Block::put(std::string_view name, std::string_view value) {
    char* at = more(3 * kNumberMax + name.size() + value.size());
    *at++ = 0;
    char* const end = put_text(at, name);
    make_lower(end - name.size(), name.size());
    end_at(put_text(end, value));
}

void H2Block::add_status(uint32_t status) {
    const auto* const known = std::find(kStatuses.begin(), kStatuses.end(), status);
    if (known != kStatuses.end()) {
        const auto index = static_cast<uint32_t>(kStatus + (known - kStatuses.begin()));
        char* const at = more(kNumberMax);
        end_at(put_number(at, 0x80, 7, index));
        return;
    }
    std::array<char, sdk::kNumberSize> digits;
    put(kStatus, {digits.data(), sdk::format_decimal(status, digits.data())});
}

void H2Block::add_server(std::string_view date) {
    put(kServer, "Berth");
    put(kDate, date);
}

void H2Block::add_length(uint64_t length) {
    std::array<char, sdk::kNumberSize> digits;
    put(kContentLength, {digits.data(), sdk::format_decimal(length, digits.data())});
}

bool H2Block::add(const berth_header* fields, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        if (!is_sendable(fields[i])) {
            return false;
        }
        const std::string_view name = sdk::view(fields[i].name);
        if (const uint8_t index = index_of(name)) {
            put(index, sdk::view(fields[i].value));
        } else if (!is_of_http1(name)) {
            put(name, sdk::view(fields[i].value));
        }
    }
    return true;
}

}  // namespace berth::http
