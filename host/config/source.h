#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace berth {

// One configuration file as it was read, or a text made from the environment.
struct Source {
    std::string name;  // as the user would write it: "sites.d/shop.yaml", "environment"
    std::string text;
};
// Shared because nodes, diagnostics and the configuration point into it and outlive whoever read
// it.
using SourceRef = std::shared_ptr<const Source>;

// Where something stands in a source. Lines and columns count from 1, columns and length in
// characters.
struct Place {
    SourceRef source;
    uint32_t line = 0, column = 0, length = 0;

    bool known() const { return source != nullptr && line > 0; }
    // "site.yaml:12:7", or "site.yaml" when only the file is known.
    std::string text() const;
};

}  // namespace berth
