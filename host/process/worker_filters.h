#pragma once

#include "plugin/connection_filters.h"

#include <cstdint>

namespace berth {

struct WorkerSetup;

// The filters of a listener's connections, with the instances that this worker has made. stamp: of
// the worker.
ConnectionFilters make_connection_filters(const WorkerSetup& setup,
                                          uint32_t listener,
                                          volatile uint32_t& stamp);

}  // namespace berth
