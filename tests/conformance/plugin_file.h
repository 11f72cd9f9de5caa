#pragma once

#include "berth/abi.h"

#include <string>
#include <string_view>
#include <vector>

namespace berth::testing {

class FakeHost;

// The description of a plugin's shared object, which stays loaded until the process ends; throws
// when the file is none.
const berth_module& open_plugin(const std::string& path);

// Names of the plugins that the build made for its users, and where one of them is.
std::vector<std::string> built_plugins();
std::string plugin_path(const std::string& name);

// Loads the built plugins that a module cannot do without. False: it needs something of the host
// that the fake one has not.
bool load_providers(FakeHost& host, const berth_module& module);

// NULL when the module has none of that kind.
const berth_factory* factory_of(const berth_module& module, std::string_view kind);

}  // namespace berth::testing
