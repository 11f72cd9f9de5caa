#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// A plugin as the order of loading sees it.
struct LoadNode {
    std::string file;
    std::vector<std::string> required, provides;
};

using ExtensionPredicate = std::function<bool(std::string_view id)>;

// Positions in nodes, providers before those who require them, otherwise as given. A missing
// provider, two providers and a cycle are errors that name the files.
Result<std::vector<size_t>> load_order(const std::vector<LoadNode>& nodes,
                                       const ExtensionPredicate& host_provides);

}  // namespace berth
