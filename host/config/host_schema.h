#pragma once

#include "config/schema.h"

#include <string_view>
#include <vector>

namespace berth {

// What the host itself knows of a site; other keys belong to the protocol and pass.
const Schema& site_schema();
std::string_view site_schema_json();

// Of berth.yaml.
const Schema& machine_schema();
std::string_view machine_schema_json();

// A site as the host and the protocols it speaks know it together: maps that both know are joined,
// and keys that nobody knows are refused.
Schema joined_site_schema(const std::vector<const Schema*>& protocols);

}  // namespace berth
