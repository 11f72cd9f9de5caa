#pragma once

#include "host_api.h"
#include "log/access_log.h"
#include "site.h"

#include "berth/cpp/config.hpp"

#include <memory>
#include <vector>

namespace berth::http {

// Everything that the configuration of one instance says.
struct HttpConfig {
    std::vector<std::unique_ptr<Site>> sites;
    std::vector<ListenAddress> listen;  // in the order of the sites
    AccessLogs logs;
};

// What the schema cannot say of the settings, for `berth check`: reported at its place.
berth_status check_config(const sdk::Config& sites);

// Reads the list of sites; what is wrong is reported at its place, all of it.
berth_status read_config(const HostApi& api, const sdk::Config& sites, HttpConfig& into);

}  // namespace berth::http
