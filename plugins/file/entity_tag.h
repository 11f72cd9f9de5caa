#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::file {

// RFC 9110 8.8.3.
struct EntityTag {
    std::string_view opaque;  // with its quotes
    bool weak = false;
};

// The strong tag of a file: no two states that its file system tells apart have the same.
class FileTag {
public:
    FileTag(uint64_t inode, uint64_t size, int64_t mtime_ns);
    std::string_view text() const { return {text_.data(), length_}; }

private:
    std::array<char, 2 + 3 * 16 + 2> text_{};  // quotes, three numbers, what divides them
    size_t length_ = 0;
};

// The one tag that text is; nothing when it is none.
std::optional<EntityTag> parse_entity_tag(std::string_view text);

enum class Comparison : uint8_t { kStrong, kWeak };

// Is a tag of the list (If-Match, If-None-Match) that of the strong tag `current`? Strong
// comparison leaves weak ones out. What follows the first mistake in the list is not read.
bool tag_list_contains(std::string_view list, std::string_view current, Comparison comparison);

}  // namespace berth::file
