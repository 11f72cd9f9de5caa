#pragma once

#include "berth/http.h"

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

// Of the request, below its route: it begins with a slash, and says nothing of where the root is.
std::string_view path_of(const berth_http_req& req);

void log_refusal(const berth_host* host, const berth_http_req& req, const Refusal& refusal);

}  // namespace berth::file
