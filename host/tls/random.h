#pragma once

#include <cstdint>
#include <span>

namespace berth {

// Fills it with bytes that nobody can foresee; false when the system has none. Safe after fork().
bool random_bytes(std::span<uint8_t> out);

}  // namespace berth
