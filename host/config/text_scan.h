#pragma once

#include "config/diagnostic.h"

#include <cstddef>

namespace berth {

// Bounds of one YAML file.
constexpr size_t kYamlBytesMax = 4 * 1024 * 1024;

// Finds what a YAML parser lets pass or blames on the wrong place: bytes that are not UTF-8,
// control characters, tabs, quotes that are not closed. Returns false when parsing the text makes
// no sense.
bool scan_text(const SourceRef& source, Diagnostics& diagnostics);

// The place of the bytes from offset on; only what stands on the same line is marked.
Place place_at(const SourceRef& source, size_t offset, size_t bytes);

}  // namespace berth
