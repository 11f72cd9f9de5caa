#pragma once

#include "berth/http.h"

namespace berth::http {

// The table of berth.http/1: each function is the member of Exchange with the same task.
extern const berth_http_ext kHttpExtension;

}  // namespace berth::http
