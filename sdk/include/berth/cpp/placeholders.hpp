// Texts of settings with names in braces, to be filled in later: "https://{host}{path}".
#ifndef BERTH_CPP_PLACEHOLDERS_HPP
#define BERTH_CPP_PLACEHOLDERS_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::sdk {

// A text as it stands, or the name of what takes its place.
struct TextPiece {
    bool is_name = false;
    std::string text;
};

// Takes a text apart. "{{" and "}}" stand for a brace; nothing when a brace has no partner or a
// name is empty.
inline std::optional<std::vector<TextPiece>> parse_placeholders(std::string_view text) {
    std::vector<TextPiece> pieces;
    TextPiece literal;
    while (!text.empty()) {
        const std::size_t brace = text.find_first_of("{}");
        literal.text.append(text.substr(0, brace));
        if (brace == std::string_view::npos) {
            break;
        }
        const char which = text[brace];
        text.remove_prefix(brace + 1);
        if (!text.empty() && text.front() == which) {
            literal.text.push_back(which);
            text.remove_prefix(1);
            continue;
        }
        const std::size_t end = text.find_first_of("{}");
        if (which == '}' || end == std::string_view::npos || end == 0 || text[end] == '{') {
            return std::nullopt;
        }
        if (!literal.text.empty()) {
            pieces.push_back(std::exchange(literal, {}));
        }
        pieces.push_back({true, std::string(text.substr(0, end))});
        text.remove_prefix(end + 1);
    }
    if (!literal.text.empty()) {
        pieces.push_back(std::move(literal));
    }
    return pieces;
}

}  // namespace berth::sdk

#endif
