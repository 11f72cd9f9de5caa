#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace berth::file {

// What is answered, and logged, when something cannot be done.
struct Refusal {
    berth_status cause;
    uint32_t status;
    std::string_view reason;
};

// The one for that cause; the last of them is for all others.
const Refusal& find_refusal(std::span<const Refusal> refusals, berth_status cause);

// path: of the request, below its route: it says nothing of where the root is.
void log_refusal(const berth_host* host, std::string_view path, const Refusal& refusal);

}  // namespace berth::file
