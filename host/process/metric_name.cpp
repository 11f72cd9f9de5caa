#include "process/metric_name.h"

#include <cstddef>

namespace berth {
namespace {

bool is_word_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}

// Takes `[a-zA-Z_][a-zA-Z0-9_]*`, for names of metrics also with colons.
bool take_word(std::string_view& text, bool colons) {
    size_t n = 0;
    while (n < text.size() && (is_word_letter(text[n]) || (colons && text[n] == ':') ||
                               (n > 0 && text[n] >= '0' && text[n] <= '9'))) {
        ++n;
    }
    text.remove_prefix(n);
    return n > 0;
}

bool take(std::string_view& text, char letter) {
    const bool is_next = !text.empty() && text.front() == letter;
    text.remove_prefix(is_next ? 1 : 0);
    return is_next;
}

// Takes a value up to its closing quote.
bool take_value(std::string_view& text) {
    while (!text.empty() && text.front() != '"') {
        const bool escape = text.front() == '\\';
        const bool known =
            !escape || (text.size() > 1 && (text[1] == '\\' || text[1] == '"' || text[1] == 'n'));
        if (!known || static_cast<unsigned char>(text.front()) < ' ') {
            return false;
        }
        text.remove_prefix(escape ? 2 : 1);
    }
    return take(text, '"');
}

}  // namespace

bool is_metric_name(std::string_view text) {
    if (!take_word(text, true)) {
        return false;
    }
    if (text.empty()) {
        return true;
    }
    if (!take(text, '{')) {
        return false;
    }
    for (bool more = true; more; more = take(text, ',')) {
        if (!take_word(text, false) || !take(text, '=') || !take(text, '"') || !take_value(text)) {
            return false;
        }
    }
    return text == "}";
}

}  // namespace berth
