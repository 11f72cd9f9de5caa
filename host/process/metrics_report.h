#pragma once

#include <string>

#include "process/status_report.h"

namespace berth {

// All counters and gauges, summed over processes, as Prometheus reads them. Names that are none are left out.
std::string metrics_text(const StatusFacts& facts);

}  // namespace berth
