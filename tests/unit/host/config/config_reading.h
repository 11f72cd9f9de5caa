#pragma once

#include "config/config_check.h"
#include "config/config_loader.h"
#include "support/fake_factory_index.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace berth::testing {

using Texts = std::map<std::string, std::string>;

// An environment and files that hold this and nothing else.
inline Outside outside_of(Texts variables, Texts files = {}) {
    Outside outside;
    outside.variable = [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    outside.file = [files](const std::string& path) -> Result<std::string> {
        const auto found = files.find(path);
        if (found == files.end()) {
            return Error{"No such file or directory"};
        }
        return found->second;
    };
    return outside;
}

inline std::string file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// conf/berth.yaml with its settings in effect: they are commented out by a # without the blank that
// prose has behind it.
inline std::string default_machine_text() {
    std::istringstream lines(file_text(BERTH_SOURCE_DIR "/conf/berth.yaml"));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const bool setting =
            line.size() > 2 && line[0] == '#' && (line[1] != ' ' || line[2] == ' ');
        text += (setting ? line.substr(1) : line) + "\n";
    }
    return text;
}

// Knows all plugins of the tree.
struct ShippedPlugins : FakeFactoryIndex {
    ShippedPlugins() { add_shipped(); }
};

// A configuration read from a text through both phases, and what was said about it.
struct Reading {
    ShippedPlugins index;
    Diagnostics diagnostics;
    Config config;
    CheckedConfig checked;

    explicit Reading(const std::string& text,
                     const Outside& outside = outside_of({}),
                     const std::string& name = "site.yaml")
        : config(load_config_text(make_source(name, text), outside, diagnostics)),
          checked(check_config(config, outside, index, diagnostics)) {}

    std::string said() const { return render_text(diagnostics, false); }
    bool says(const std::string& part) const { return said().find(part) != std::string::npos; }
    bool has(Problem problem) const {
        const std::vector<Diagnostic> all = diagnostics.sorted();
        return std::any_of(
            all.begin(), all.end(), [&](const Diagnostic& d) { return d.problem == problem; });
    }
};

}  // namespace berth::testing
