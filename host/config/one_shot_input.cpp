#include "config/one_shot_input.h"

#include "config/text_scan.h"

#include <algorithm>

namespace berth {
namespace {

std::string variable_name(std::string text) {
    for (char& c : text) {
        c = c == '-' ? '_' : c;
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

// Options that read better than the variables of the same meaning.
std::string variable_of_option(const std::string& option) {
    const std::string name = variable_name(option);
    if (name == "TLS") {
        return "SSL";
    }
    if (name == "CERT" || name == "KEY") {
        return name == "KEY" ? "KEY_FILE" : "CER_FILE";
    }
    return name == "WORKERS" ? "CHILDREN" : name;
}

// Values are shown on one line, private keys not at all.
std::string shown_value(const std::string& variable, std::string text) {
    if (variable == "KEY_DATA") {
        return "...";
    }
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text;
}

}  // namespace

OneShotInput::OneShotInput(const std::string& command,
                           const Options& options,
                           const std::vector<std::string>& names,
                           const Outside& outside) {
    std::string environment;
    std::vector<std::pair<size_t, size_t>> spans;
    for (const std::string& name : names) {
        const std::optional<std::string> text = outside.variable(name);
        if (text && !text->empty()) {
            const std::string shown = shown_value(name, *text);
            spans.emplace_back(environment.size() + name.size() + 1, shown.size());
            environment += name + "=" + shown + "\n";
            variables_[name] = {name, *text, {}};
        }
    }
    const SourceRef source = make_source("environment", environment);
    size_t next = 0;
    for (const std::string& name : names) {
        const auto found = variables_.find(name);
        if (found != variables_.end()) {
            found->second.place = place_at(source, spans[next].first, spans[next].second);
            ++next;
        }
    }

    std::string line = "berth " + command;
    spans.clear();
    for (const auto& [name, text] : options) {
        line += " --" + name + " ";
        const std::string shown = shown_value(variable_of_option(name), text);
        spans.emplace_back(line.size(), shown.size());
        line += shown;
    }
    const SourceRef line_source = make_source("command line", line);
    for (size_t i = 0; i < options.size(); ++i) {
        const Place place = place_at(line_source, spans[i].first, spans[i].second);
        const auto& [name, text] = options[i];
        options_.push_back({{"--" + name, text, place}, variable_of_option(name), false});
    }
}

std::optional<OneShotInput::Value> OneShotInput::find(const std::string& name) {
    std::optional<Value> found;
    for (Option& option : options_) {
        if (option.variable == name) {
            option.asked = true;
            found = option.value;
        }
    }
    const auto variable = variables_.find(name);
    if (!found && variable != variables_.end()) {
        found = variable->second;
    }
    return found;
}

std::vector<OneShotInput::Value> OneShotInput::rest() const {
    std::vector<Value> values;
    for (const Option& option : options_) {
        if (!option.asked) {
            values.push_back(option.value);
        }
    }
    return values;
}

std::string setting_name(std::string text) {
    text.erase(0, text.find_first_not_of('-'));
    for (char& c : text) {
        c = c == '-' ? '_' : c;
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

}  // namespace berth
