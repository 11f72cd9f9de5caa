#pragma once

#include "process/status_report.h"

#include <string>

namespace berth {

// All counters and gauges, summed over processes, as Prometheus reads them. Names that are none are
// left out.
std::string metrics_text(const StatusFacts& facts);

}  // namespace berth
