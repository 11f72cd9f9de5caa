#include "entity_tag.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::file {
namespace {

// RFC 9110 8.8.3: etagc, which has no blank and no quote.
bool is_tag_char(char c) {
    return c == '!' || (c >= '#' && c != '\x7f') || c < 0;
}

// Takes a tag off the front; nothing when the text does not begin with one.
std::optional<EntityTag> take_entity_tag(std::string_view& text) {
    const bool weak = text.substr(0, 2) == "W/";
    const size_t begin = weak ? 2 : 0;
    if (text.size() <= begin || text[begin] != '"') {
        return std::nullopt;
    }
    size_t end = begin + 1;
    while (end < text.size() && is_tag_char(text[end])) {
        ++end;
    }
    if (end == text.size() || text[end] != '"') {
        return std::nullopt;
    }
    const EntityTag tag{text.substr(begin, end + 1 - begin), weak};
    text.remove_prefix(end + 1);
    return tag;
}

}  // namespace

FileTag::FileTag(uint64_t inode, uint64_t size, int64_t mtime_ns) {
    char* const begin = text_.data();
    char* at = begin;
    *at++ = '"';
    at += sdk::format_hex(static_cast<uint64_t>(mtime_ns), at);
    *at++ = '-';
    at += sdk::format_hex(size, at);
    *at++ = '-';
    at += sdk::format_hex(inode, at);
    *at++ = '"';
    length_ = static_cast<size_t>(at - begin);
}

std::optional<EntityTag> parse_entity_tag(std::string_view text) {
    const std::optional<EntityTag> tag = take_entity_tag(text);
    return text.empty() ? tag : std::nullopt;
}

bool tag_list_contains(std::string_view list, std::string_view current, Comparison comparison) {
    while (true) {
        list = list.substr(std::min(list.find_first_not_of(" \t,"), list.size()));
        const std::optional<EntityTag> tag = take_entity_tag(list);
        if (!tag) {
            return false;
        }
        if (tag->opaque == current && (comparison == Comparison::kWeak || !tag->weak)) {
            return true;
        }
        list = sdk::trim(list);
        if (!list.empty() && list.front() != ',') {
            return false;
        }
    }
}

}  // namespace berth::file
