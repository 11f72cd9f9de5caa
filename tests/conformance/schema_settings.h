#pragma once

#include "support/fake_config.h"

namespace berth::testing {

// Settings that a factory's schema itself knows to be good: all defaults, and for what must be
// given its first example.
berth_cfg settings_by_schema(const char* schema);

}  // namespace berth::testing
