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

struct Span {
    size_t begin, size;
};

Span append(std::string& line, const std::string& piece) {
    line += piece;
    return {line.size() - piece.size(), piece.size()};
}

Place place_of(const SourceRef& source, const Span& span) {
    return place_at(source, span.begin, span.size);
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

OneShotInput::OneShotInput(const OneShot& command,
                           const std::vector<std::string>& names,
                           const Outside& outside) {
    read_variables(names, outside);
    read_options(command);
}

void OneShotInput::read_variables(const std::vector<std::string>& names, const Outside& outside) {
    std::string environment;
    std::vector<Span> spans;
    for (const std::string& name : names) {
        const std::optional<std::string> text = outside.variable(name);
        if (text && !text->empty()) {
            environment += name + "=";
            spans.push_back(append(environment, shown_value(name, *text)));
            environment += "\n";
            variables_[name] = {name, *text, {}, {}};
        }
    }
    const SourceRef source = make_source("environment", environment);
    size_t next = 0;
    for (const std::string& name : names) {
        const auto found = variables_.find(name);
        if (found != variables_.end()) {
            found->second.place = found->second.name_place = place_of(source, spans[next++]);
        }
    }
}

void OneShotInput::read_options(const OneShot& command) {
    std::string line = "berth " + command.plugin;
    std::vector<Span> spans;  // of names and values in turn
    for (const auto& [name, text] : command.options) {
        const bool has_name = name != command.argument.setting;
        line += " ";
        const Span option = append(line, has_name ? "--" + name : "");
        if (has_name && text == "true") {  // which nobody has to write
            spans.insert(spans.end(), {option, option});
            continue;
        }
        line += has_name ? " " : "";
        const Span value = append(line, shown_value(variable_of_option(name), text));
        spans.insert(spans.end(), {has_name ? option : value, value});
    }
    const SourceRef source = make_source("command line", line);
    size_t next = 0;
    for (const auto& [name, text] : command.options) {
        const Place name_place = place_of(source, spans[next++]);
        const Place place = place_of(source, spans[next++]);
        options_.push_back(
            {{"--" + name, text, place, name_place}, variable_of_option(name), false});
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
