#include "config/diagnostic.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace berth {
namespace {

constexpr size_t kLineCharactersMax = 160;

struct Colours {
    const char *strong = "", *mark = "", *place = "", *off = "";
};

Colours colours_for(Diagnostic::Severity severity, bool colour) {
    if (!colour) {
        return {};
    }
    const bool error = severity == Diagnostic::Severity::kError;
    return {"\033[1m", error ? "\033[1;31m" : "\033[1;33m", "\033[36m", "\033[0m"};
}

std::string_view line_of(const std::string& text, uint32_t line) {
    size_t begin = 0;
    for (uint32_t i = 1; i < line; ++i) {
        const size_t end = text.find('\n', begin);
        if (end == std::string::npos) {
            return {};
        }
        begin = end + 1;
    }
    std::string_view rest = std::string_view(text).substr(begin);
    rest = rest.substr(0, rest.find('\n'));
    return rest.empty() || rest.back() != '\r' ? rest : rest.substr(0, rest.size() - 1);
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The characters of a line, each as wide as one column: what a terminal would act on becomes a
// blank.
std::vector<std::string> columns_of(std::string_view line) {
    std::vector<std::string> columns;
    for (const char c : line) {
        if (continues_character(c) && !columns.empty()) {
            columns.back() += c;
        } else {
            const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
            columns.emplace_back(1, control ? ' ' : c);
        }
    }
    return columns;
}

// The line and the underline, both cut to a window around the place when the line is long.
void append_excerpt(std::ostream& out, const Place& place, const Colours& colours) {
    const std::vector<std::string> columns = columns_of(line_of(place.source->text, place.line));
    const size_t column =
        std::min<size_t>(place.column == 0 ? 0 : place.column - 1, columns.size());
    const size_t first = column > kLineCharactersMax / 2 && columns.size() > kLineCharactersMax
                             ? column - kLineCharactersMax / 2
                             : 0;
    const size_t last = std::min(columns.size(), first + kLineCharactersMax);

    std::string number = std::to_string(place.line);
    number.insert(0, number.size() < 2 ? 2 - number.size() : 0, ' ');
    const std::string gutter = std::string(number.size() + 1, ' ') + "|";
    out << gutter << '\n' << number << " | ";
    for (size_t i = first; i < last; ++i) {
        out << columns[i];
    }
    const size_t marks = std::max<size_t>(1, std::min<size_t>(place.length, last - column));
    out << '\n' << gutter << ' ' << std::string(column - first, ' ') << colours.mark;
    out << std::string(marks, '^') << colours.off << '\n';
}

void append(std::ostream& out, const Diagnostic& diagnostic, bool colour) {
    const Colours colours = colours_for(diagnostic.severity, colour);
    const bool error = diagnostic.severity == Diagnostic::Severity::kError;
    const std::string place = diagnostic.place.text();
    if (!place.empty()) {
        out << colours.strong << place << colours.off << ": ";
    }
    out << colours.mark << (error ? "error" : "warning") << '[' << problem_id(diagnostic.problem)
        << ']' << colours.off << ": " << diagnostic.message << '\n';
    size_t indent = 3;
    if (diagnostic.place.known() && !diagnostic.place.hidden) {
        append_excerpt(out, diagnostic.place, colours);
        indent = std::max<size_t>(3, std::to_string(diagnostic.place.line).size() + 1);
    }
    for (const std::string& help : diagnostic.help) {
        out << std::string(indent, ' ') << "= " << help << '\n';
    }
}

std::string counted(size_t n, const char* what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string closing_line(const Diagnostics& diagnostics, const std::vector<Diagnostic>& sorted) {
    std::string line;
    if (diagnostics.has_errors()) {
        line = counted(diagnostics.error_count(), "error");
    }
    if (diagnostics.warning_count() > 0) {
        line += (line.empty() ? "" : " and ") + counted(diagnostics.warning_count(), "warning");
    }
    std::set<const Source*> files;
    for (const Diagnostic& diagnostic : sorted) {
        files.insert(diagnostic.place.source.get());
    }
    files.erase(nullptr);
    if (!files.empty()) {
        line += " in " + counted(files.size(), "file");
    }
    const auto is_error = [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Diagnostic::Severity::kError;
    };
    const auto first_error = std::find_if(sorted.begin(), sorted.end(), is_error);
    const Diagnostic& first = first_error == sorted.end() ? sorted.front() : *first_error;
    return line + ". More: berth explain " + problem_id(first.problem);
}

Poco::JSON::Object::Ptr json_of(const Diagnostic& diagnostic) {
    const bool error = diagnostic.severity == Diagnostic::Severity::kError;
    const Place& place = diagnostic.place;
    Poco::JSON::Array::Ptr help = new Poco::JSON::Array;
    for (const std::string& line : diagnostic.help) {
        help->add(line);
    }
    Poco::JSON::Object::Ptr object = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("id", problem_id(diagnostic.problem));
    object->set("severity", error ? "error" : "warning");
    object->set("file", place.source == nullptr ? std::string() : place.source->name);
    object->set("line", place.line);
    object->set("column", place.column);
    object->set("length", place.length);
    object->set("message", diagnostic.message);
    object->set("help", help);
    return object;
}

}  // namespace

std::string render_text(const Diagnostic& diagnostic, bool colour) {
    std::ostringstream out;
    append(out, diagnostic, colour);
    return out.str();
}

std::string render_text(const Diagnostics& diagnostics, bool colour) {
    if (diagnostics.empty()) {
        return {};
    }
    const std::vector<Diagnostic> sorted = diagnostics.sorted();
    std::ostringstream out;
    for (const Diagnostic& diagnostic : sorted) {
        append(out, diagnostic, colour);
        out << '\n';
    }
    out << closing_line(diagnostics, sorted) << '\n';
    return out.str();
}

std::string render_json(const Diagnostics& diagnostics) {
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        list->add(json_of(diagnostic));
    }
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("errors", diagnostics.error_count());
    object.set("warnings", diagnostics.warning_count());
    object.set("diagnostics", list);
    std::ostringstream out;
    object.stringify(out, 2);
    out << '\n';
    return out.str();
}

}  // namespace berth
