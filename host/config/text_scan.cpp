#include "config/text_scan.h"

#include "config/utf8.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace berth {
namespace {

constexpr size_t kErrorsMax = 20;  // of one file that is full of tabs
constexpr std::string_view kKeyCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// One line of the file, without its end.
struct Line {
    std::string_view text;
    size_t offset = 0;  // of its first byte in the file

    size_t indent() const {
        const size_t first = text.find_first_not_of(" \t");
        return first == std::string_view::npos ? text.size() : first;
    }
    bool blank() const { return indent() == text.size(); }
};

// Walks the lines of a YAML text and knows just enough of its tokens to tell quotes, comments and
// block scalars from the rest.
class LineWalk {
public:
    LineWalk(const SourceRef& source, Diagnostics& diagnostics)
        : source_(source), diagnostics_(diagnostics) {}

    void take(const Line& line) {
        if (quote_.mark != 0 && starts_a_setting(line, quote_)) {
            report_open_quote();
        }
        if (quote_.mark == 0 && flow_depth_ > 0 && starts_a_setting(line, flow_)) {
            report_open_flow();
        }
        if (quote_.mark != 0) {
            walk(line, closing_quote(line, 0));
            return;
        }
        if (block_parent_ && (line.blank() || line.indent() > *block_parent_)) {
            return;
        }
        block_parent_.reset();
        if (flow_depth_ == 0) {
            check_blank_after_key(line);
            structure_column_ = line.indent();
        }
        token_start_ = true;
        walk(line, 0);
    }

    void finish() {
        if (quote_.mark != 0) {
            report_open_quote();
        } else if (flow_depth_ > 0) {
            report_open_flow();
        }
    }

private:
    // An open quote, or the outermost open bracket.
    struct Opening {
        char mark = 0;
        size_t offset = 0, bytes = 0;
        size_t column = 0;  // of the key or dash that the value belongs to
    };

    // A line that is a setting of its own cannot be the rest of a value that is still open: YAML
    // wants that indented further than the key.
    static bool starts_a_setting(const Line& line, const Opening& open) {
        if (line.blank() || line.indent() > open.column) {
            return false;
        }
        std::string_view rest = line.text.substr(line.indent());
        if (rest.substr(0, 2) == "- ") {
            return true;
        }
        const size_t colon = rest.find(':');
        const bool ends_key =
            colon != std::string_view::npos && (colon + 1 == rest.size() || rest[colon + 1] == ' ');
        return ends_key && rest.substr(0, colon).find_first_of(" \"'") == std::string_view::npos;
    }

    // `listen:http://...`: a line that is not indented further than the last key continues nothing,
    // so it must be a setting.
    void check_blank_after_key(const Line& line) {
        const size_t begin = line.indent();
        const size_t end = line.text.find_first_not_of(kKeyCharacters, begin);
        const bool key = end != std::string_view::npos && end > begin && line.text[end] == ':' &&
                         end + 1 < line.text.size() && line.text[end + 1] != ' ' &&
                         line.text[end + 1] != '\t';
        if (key && begin <= structure_column_ && line.text.find(": ") == std::string_view::npos) {
            diagnostics_.error(Problem::kSyntax,
                               place_at(source_, line.offset + end, 1),
                               "a blank is missing after this ':'",
                               {"write " + std::string(line.text.substr(begin, end + 1 - begin)) +
                                " " + std::string(line.text.substr(end + 1))});
        }
    }

    void walk(const Line& line, size_t i) {
        while (i < line.text.size()) {
            i = step(line, i);
        }
    }

    // Handles what begins at i and returns where the next piece begins.
    size_t step(const Line& line, size_t i) {
        const char c = line.text[i];
        if (c == '\t') {
            return report_tab(line, i);
        }
        if (c == ' ') {
            return i + 1;
        }
        if (c == '#' && (i == 0 || line.text[i - 1] == ' ' || line.text[i - 1] == '\t')) {
            return line.text.size();
        }
        return token_start_ ? step_at_start(line, i) : step_inside(line, i);
    }

    size_t step_at_start(const Line& line, size_t i) {
        const char c = line.text[i];
        const bool ends_word = i + 1 == line.text.size() || line.text[i + 1] == ' ';
        if (c == '"' || c == '\'') {
            return open_quote(line, i);
        }
        if ((c == '-' || c == '?') && ends_word) {
            structure_column_ = i;
            return i + 1;
        }
        if (c == '&' || c == '!') {
            return std::min(line.text.find(' ', i), line.text.size());
        }
        if ((c == '|' || c == '>') && flow_depth_ == 0) {
            block_parent_ = structure_column_;
            return line.text.size();
        }
        token_start_ = false;
        key_column_ = i;
        return step_inside(line, i);
    }

    size_t step_inside(const Line& line, size_t i) {
        const char c = line.text[i];
        const bool ends_word = i + 1 == line.text.size() || line.text[i + 1] == ' ';
        if (c == ':' && ends_word) {
            token_start_ = true;
            if (flow_depth_ == 0) {
                structure_column_ = key_column_;
            }
        } else if ((c == '[' || c == '{') && (flow_depth_ > 0 || i == key_column_)) {
            open_flow(line, i);
        } else if ((c == ']' || c == '}') && flow_depth_ > 0) {
            --flow_depth_;
        } else if (c == ',' && flow_depth_ > 0) {
            token_start_ = true;
        }
        return i + 1;
    }

    void open_flow(const Line& line, size_t i) {
        if (flow_depth_++ == 0) {
            flow_ = {line.text[i], line.offset + i, 1, structure_column_};
        }
        token_start_ = true;
    }

    size_t open_quote(const Line& line, size_t i) {
        quote_ = {line.text[i], line.offset + i, line.text.size() - i, structure_column_};
        key_column_ = i;
        return closing_quote(line, i + 1);
    }

    // Where to go on after the quoted text, or the end of the line when it is not closed here.
    size_t closing_quote(const Line& line, size_t i) {
        for (; i < line.text.size(); ++i) {
            if (quote_.mark == '"' && line.text[i] == '\\') {
                ++i;
            } else if (line.text[i] == quote_.mark) {
                const bool doubled = quote_.mark == '\'' && line.text.substr(i + 1, 1) == "'";
                if (!doubled) {
                    quote_.mark = 0;
                    token_start_ = false;
                    return i + 1;
                }
                ++i;
            }
        }
        return line.text.size();
    }

    size_t report_tab(const Line& line, size_t i) {
        const size_t end = std::min(line.text.find_first_not_of('\t', i), line.text.size());
        const bool before_comment = end < line.text.size() && line.text[end] == '#';
        if (end < line.text.size() && !before_comment) {
            diagnostics_.error(Problem::kTab,
                               place_at(source_, line.offset + i, end - i),
                               "a tab where YAML wants spaces",
                               {"replace it by spaces; two per level are usual"});
        }
        return end;
    }

    void report_open_quote() {
        diagnostics_.error(
            Problem::kUnclosedQuote,
            place_at(source_, quote_.offset, quote_.bytes),
            "this quote is never closed",
            {std::string("add a closing ") + quote_.mark + " at the end of the value"});
        quote_.mark = 0;
        flow_depth_ = 0;
    }

    void report_open_flow() {
        const char end = flow_.mark == '[' ? ']' : '}';
        diagnostics_.error(Problem::kSyntax,
                           place_at(source_, flow_.offset, flow_.bytes),
                           std::string("this '") + flow_.mark + "' is never closed",
                           {std::string("add the missing '") + end + "'"});
        flow_depth_ = 0;
    }

    const SourceRef& source_;
    Diagnostics& diagnostics_;
    Opening quote_;                // mark 0: none is open
    Opening flow_;                 // the outermost bracket
    size_t flow_depth_ = 0;        // open [ and {
    size_t key_column_ = 0;        // of the token that may turn out to be a key
    size_t structure_column_ = 0;  // of the key or dash that the present value belongs to
    bool token_start_ = true;
    std::optional<size_t> block_parent_;  // column of the key whose block scalar we are in
};

bool check_characters(const SourceRef& source, Diagnostics& diagnostics) {
    const std::string_view text = source->text;
    for (size_t i = 0; i < text.size();) {
        const size_t length = utf8_length(text.substr(i));
        if (length == 0) {
            diagnostics.error(Problem::kNotUtf8,
                              place_at(source, i, 1),
                              "this byte is not UTF-8",
                              {"save the file as UTF-8"});
            return false;
        }
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
            diagnostics.error(Problem::kNotUtf8,
                              place_at(source, i, 1),
                              "a control character cannot stand in a configuration",
                              {"delete it, or write it as an escape in double quotes: \"\\x1b\""});
            return false;
        }
        i += length;
    }
    return true;
}

}  // namespace

Place place_at(const SourceRef& source, size_t offset, size_t bytes) {
    const std::string_view text = source->text;
    offset = std::min(offset, text.size());
    const std::string_view before = text.substr(0, offset);
    const size_t newline = before.rfind('\n');
    const size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
    std::string_view marked = text.substr(offset, bytes);
    marked = marked.substr(0, marked.find_first_of("\r\n"));
    Place place;
    place.source = source;
    place.line = static_cast<uint32_t>(1 + std::count(before.begin(), before.end(), '\n'));
    place.column = static_cast<uint32_t>(1 + utf8_count(before.substr(line_begin)));
    place.length = static_cast<uint32_t>(std::max<size_t>(1, utf8_count(marked)));
    return place;
}

bool scan_text(const SourceRef& source, Diagnostics& diagnostics) {
    const size_t errors = diagnostics.error_count();
    if (source->text.size() > kYamlBytesMax) {
        Place place;
        place.source = source;
        diagnostics.error(Problem::kTooLarge,
                          place,
                          "the file is larger than 4 MiB",
                          {"split it: one site per file"});
        return false;
    }
    if (!check_characters(source, diagnostics)) {
        return false;
    }
    LineWalk walk(source, diagnostics);
    const std::string_view text = source->text;
    for (size_t begin = 0;
         begin < text.size() && diagnostics.error_count() < errors + kErrorsMax;) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        walk.take({line, begin});
        begin = end + 1;
    }
    walk.finish();
    return diagnostics.error_count() == errors;
}

}  // namespace berth
