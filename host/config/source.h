#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace berth {

// One configuration file as it was read, or a text made from the environment.
struct Source {
    std::string name;  // as the user would write it: "sites.d/shop.yaml", "environment"
    std::string text;
};
// Shared because nodes, diagnostics and the configuration point into it and outlive whoever read
// it.
using SourceRef = std::shared_ptr<const Source>;

// A source without the byte order mark that some editors write.
inline SourceRef make_source(std::string name, std::string text) {
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) {
        text.erase(0, 3);
    }
    return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

// Where something stands in a source. Lines and columns count from 1, columns and length in
// characters.
struct Place {
    SourceRef source;
    uint32_t line = 0, column = 0, length = 0;
    bool hidden = false;  // what stands there is a secret: the line is not shown

    bool known() const { return source != nullptr && line > 0; }
    // "site.yaml:12:7", or "site.yaml" when only the file is known.
    std::string text() const;
};

}  // namespace berth
