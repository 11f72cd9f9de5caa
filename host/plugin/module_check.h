#pragma once

#include "base/result.h"
#include "config/schema.h"
#include "plugin/manifest.h"

#include "berth/abi.h"

#include <string>
#include <vector>

namespace berth {

// One factory of a plugin whose description was checked.
struct CheckedFactory {
    const berth_factory* factory = nullptr;
    Schema schema;
};

struct CheckedModule {
    std::vector<CheckedFactory> factories;
    std::vector<std::string> required, provides;
    std::vector<std::string> warnings;
};

// Checks what berth_module_v1() returned before anything in it is used: sizes, texts, unique names,
// schemas, and that it tells the same as the manifest. Errors go on from the file's name.
Result<CheckedModule> check_module(const berth_module* module, const Manifest& manifest);

}  // namespace berth
