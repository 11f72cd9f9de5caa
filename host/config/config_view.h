#pragma once

#include "berth/config.h"

namespace berth {

// The table of berth.config/1 but for `use`, which whoever knows the worker's instances fills in.
berth_config_ext config_view();

}  // namespace berth
