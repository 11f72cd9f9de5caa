#pragma once

#include "listing.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::file {

// Pieces that the renderings of a listing share.

// For HTML text and quoted attributes. Bytes that are not UTF-8, and control characters, become
// U+FFFD.
void append_html(std::string_view text, std::string& out);
// As the inside of a JSON string.
void append_json(std::string_view text, std::string& out);
// As a relative reference to an entry: "./a%20b", "./dir/".
void append_reference(const ListedEntry& entry, std::string& out);
// "2024-01-02 03:04", UTC.
void append_time(int64_t seconds, std::string& out);
// Three digits that count, in units of 1024: "11 B", "1.5 KiB", "195 KiB".
void append_size(uint64_t size, std::string& out);

}  // namespace berth::file
