#pragma once

#include "config/config.h"

#include <optional>

namespace berth {

// Reads what the host itself knows of a site from a document of a site file. Nothing when the
// document is no site at all.
std::optional<SiteConfig> read_site(RawNode document, Diagnostics& diagnostics);

}  // namespace berth
