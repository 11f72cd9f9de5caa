#pragma once

#include "precondition.h"

#include "berth/http.h"

namespace berth::file {

// The conditional fields of a request; those that came several times are joined in its arena.
Conditions conditions_of(const berth_host* host, const berth_http_req& req);

}  // namespace berth::file
