#pragma once

#include "config/config.h"
#include "config/config_node.h"

namespace berth {

// Fills in the TLS settings of a site from its checked `tls` node. key: where the word `tls`
// stands.
void read_tls(const berth_cfg& node, const Place& key, SiteConfig& site, Diagnostics& diagnostics);

}  // namespace berth
