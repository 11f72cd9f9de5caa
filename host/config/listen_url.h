#pragma once

#include "config/config.h"

#include <optional>
#include <string>

namespace berth {

// Either an address or what is wrong with its URL.
struct ListenUrl {
    ListenAddress address;
    std::string problem;  // empty: the address is right
    std::string help;
};

// The port of a URL that names none.
constexpr uint16_t kDefaultPort = 8080;

// scheme://host:port, scheme://[v6]:port, scheme://:port (all addresses) or scheme://unix:/path.
ListenUrl read_listen_url(const std::string& text);

}  // namespace berth
