#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// What a plugin exports and which libraries it wants.
struct SymbolNames {
    std::vector<std::string_view> exports, needed;
};

// Refuses a plugin that would mix its libraries with those of the host or of other plugins; gives
// warnings about symbols that nobody needs. Errors and warnings go on from the file's name.
Result<std::vector<std::string>> audit_symbols(const SymbolNames& names);

// The same for the bytes of a shared object.
Result<std::vector<std::string>> audit_symbols(std::span<const uint8_t> file);

}  // namespace berth
