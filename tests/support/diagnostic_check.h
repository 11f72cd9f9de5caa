// What every complaint about a configuration has to be, whatever the configuration.
#pragma once

#include "config/diagnostic.h"
#include "config/json_text.h"
#include "config/utf8.h"
#include "support/fuzz_input.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace berth::testing {

inline std::string_view line_at(std::string_view text, uint32_t line) {
    for (uint32_t i = 1; i < line; ++i) {
        const size_t end = text.find('\n');
        require(end != std::string_view::npos);
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

// A place inside the text, or just behind the end of a line.
inline void check_place(const Place& place) {
    require(place.known() && place.column > 0 && place.length > 0);
    const size_t characters = utf8_count(line_at(place.source->text, place.line));
    require(place.column <= characters + 1);
    require(place.length <= std::max<size_t>(1, characters + 1 - (place.column - 1)));
}

// Files without a site and files that were not read have no line to point at.
inline bool is_about_the_whole_file(const Diagnostic& diagnostic) {
    return diagnostic.problem == Problem::kNotASite || diagnostic.problem == Problem::kTooLarge ||
           diagnostic.problem == Problem::kNoSites;
}

inline void check_diagnostics(const Diagnostics& diagnostics) {
    const std::string text = render_text(diagnostics, false);
    require(text.empty() == diagnostics.empty());
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        require(!diagnostic.message.empty());
        if (diagnostic.place.line != 0 || !is_about_the_whole_file(diagnostic)) {
            check_place(diagnostic.place);
            require(text.find(diagnostic.place.text() + ": ") != std::string::npos);
        }
    }
    const auto json = parse_json_object(render_json(diagnostics));
    require(json.ok() && json.value().at("errors") == std::to_string(diagnostics.error_count()));
}

}  // namespace berth::testing
