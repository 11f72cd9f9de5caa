#pragma once

#include "config/config.h"
#include "config/config_node.h"

namespace berth {

// Fills in the TLS settings of a site from its checked `tls` node.
void read_tls(const berth_cfg& node, SiteConfig& site, Diagnostics& diagnostics);

}  // namespace berth
