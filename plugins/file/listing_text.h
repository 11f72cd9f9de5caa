#pragma once

#include "listing.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::file {

// Pieces that the renderings of a listing share.

// For HTML text and quoted attributes. Bytes that are not UTF-8, and control characters, become
// U+FFFD.
void append_html(std::string_view text, std::string& out);
// As the inside of a JSON string.
void append_json(std::string_view text, std::string& out);
// As a relative reference to an entry: "./a%20b", "./dir/".
void append_reference(const ListedEntry& entry, std::string& out);
// The style sheets of the settings, for the head of a page.
void append_style_links(const std::vector<std::string>& urls, std::string& out);
// "2024-01-02 03:04", UTC.
void append_time(int64_t seconds, std::string& out);
// "2024-01-02T03:04:05Z" (RFC 3339).
void append_timestamp(int64_t seconds, std::string& out);
// A byte that is not UTF-8 is one.
size_t count_characters(std::string_view text);
std::string_view first_characters(std::string_view text, size_t count);
// Three digits that count, in units of 1024: "11 B", "1.5 KiB", "195 KiB".
void append_size(uint64_t size, std::string& out);

}  // namespace berth::file
