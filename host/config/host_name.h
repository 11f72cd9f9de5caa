#pragma once

#include <string>

namespace berth {

std::string lower_case(std::string text);

// A name that `hosts` may hold, in lower case: "shop.example.com", "*.example.com", an address.
bool is_served_name(const std::string& name);

}  // namespace berth
