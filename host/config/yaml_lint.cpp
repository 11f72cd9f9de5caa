#include "config/yaml_lint.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace berth {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return result;
}

// What an old boolean or an odd spelling stands for; empty for everything else.
std::string boolean_meant(std::string_view text) {
    constexpr std::array kTrue{"yes", "on", "y", "true"};
    constexpr std::array kFalse{"no", "off", "n", "false"};
    if (text == "true" || text == "false" || text.size() > 5) {
        return {};
    }
    const std::string word = lower(text);
    if (std::find(kTrue.begin(), kTrue.end(), word) != kTrue.end()) {
        return "true";
    }
    return std::find(kFalse.begin(), kFalse.end(), word) != kFalse.end() ? "false" : "";
}

bool has_leading_zero(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    return text.size() > 1 && text.front() == '0' &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct SyntaxHelp {
    const char *part, *message, *help;
};

constexpr SyntaxHelp kContinues{"illegal map value",
                                "this line continues the value above it",
                                "it is indented too far: settings of one map begin in one column"};

constexpr std::array kSyntaxHelp{
    SyntaxHelp{"illegal map value",
               "a second ':' on this line",
               "put the value in quotes when the ':' belongs to it"},
    SyntaxHelp{"end of map not found",
               "this does not continue the map above it",
               "check the indentation, and that every setting has a ':' followed by a space"},
    SyntaxHelp{"end of map flow", "a '{' is not closed", "add the missing '}' or a ','"},
    SyntaxHelp{"end of sequence flow", "a '[' is not closed", "add the missing ']' or a ','"},
    SyntaxHelp{"end of sequence not found",
               "this does not continue the list above it",
               "check the indentation: every item begins with '- ' in the same column"},
    SyntaxHelp{"block sequence entries",
               "a list cannot begin here",
               "put the '- ' on a line of its own, below the key"},
    SyntaxHelp{"map keys are not allowed",
               "a setting cannot begin here",
               "put it on a line of its own, indented as its neighbours are"},
    SyntaxHelp{"referenced anchor",
               "no anchor of this name stands above",
               "define it first: &name before the value"},
    SyntaxHelp{"unknown escape",
               "this escape means nothing in double quotes",
               "use single quotes, in which \\ stands for itself"},
    SyntaxHelp{"illegal tab", "a tab where YAML wants spaces", "replace it by spaces"},
    SyntaxHelp{"unknown token",
               "YAML does not know what begins here",
               "put the value in quotes: @ and ` cannot begin one"},
};

// Does no other ':' stand before it on its line?
bool is_first_colon(const Place& place) {
    std::string_view text = place.source->text;
    for (uint32_t line = 1; line < place.line; ++line) {
        text.remove_prefix(text.find('\n') + 1);
    }
    return text.substr(0, place.column - 1).find(':') == std::string_view::npos;
}

}  // namespace

void lint_plain_value(RawNode& scalar, Diagnostics& diagnostics) {
    const std::string meant = boolean_meant(scalar.text);
    if (!meant.empty()) {
        diagnostics.error(
            Problem::kOldBoolean,
            scalar.place,
            "'" + scalar.text + "' is not a boolean here",
            {"write " + meant + ", or \"" + scalar.text + "\" when you mean the word"});
        scalar.broken = true;
    } else if (has_leading_zero(scalar.text)) {
        diagnostics.error(Problem::kLeadingZero,
                          scalar.place,
                          "'" + scalar.text + "' begins with a zero: some read it as octal",
                          {"drop the zero, or put it in quotes: \"" + scalar.text + "\""});
        scalar.broken = true;
    }
}

void report_syntax_error(const Place& place, const std::string& message, Diagnostics& diagnostics) {
    if (message.find(kContinues.part) != std::string::npos && place.known() &&
        is_first_colon(place)) {
        diagnostics.error(Problem::kSyntax, place, kContinues.message, {kContinues.help});
        return;
    }
    for (const SyntaxHelp& known : kSyntaxHelp) {
        if (message.find(known.part) != std::string::npos) {
            diagnostics.error(Problem::kSyntax, place, known.message, {known.help});
            return;
        }
    }
    diagnostics.error(Problem::kSyntax, place, "not YAML: " + message);
}

}  // namespace berth
