#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth {

// "~/photos          214 files": a folder as whoever shares it knows it. What is hidden is not
// counted.
std::string folder_title(const std::string& path);

// Addresses of this machine that others on its networks reach, IPv4 in front.
std::vector<std::string> network_addresses();

// A URL of this machine as others reach it: http://127.0.0.1:8080/ with another address.
std::string network_url(std::string_view url, const std::string& address);

}  // namespace berth
