#pragma once

#include "config/one_shot.h"
#include "config/raw_node.h"
#include "config/substitution.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// What a one-shot command was started with: the settings of its environment and the options of its
// command line, which win. Both keep their places, so that mistakes are shown like those of a file.
class OneShotInput {
public:
    // A setting and where it came from.
    struct Value {
        std::string name;  // as the user wrote it: "PORT", "--port"
        std::string text;
        Place place, name_place;
        bool is_option() const { return name.starts_with("--"); }
    };

    // names: the variables that are looked for.
    OneShotInput(const OneShot& command,
                 const std::vector<std::string>& names,
                 const Outside& outside);

    // The value of PORT: of --port, else of the variable. An empty variable counts as not set.
    std::optional<Value> find(const std::string& name);
    // Options that nobody asked for: settings of the plugin.
    std::vector<Value> rest() const;

private:
    void read_variables(const std::vector<std::string>& names, const Outside& outside);
    void read_options(const OneShot& command);

    struct Option {
        Value value;
        std::string variable;  // the name in the form of a variable
        bool asked = false;
    };

    std::vector<Option> options_;
    std::map<std::string, Value> variables_;
};

// The setting of an option: "max-size" and "MAX_SIZE" are max_size.
std::string setting_name(std::string text);

}  // namespace berth
