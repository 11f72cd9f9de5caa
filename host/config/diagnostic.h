#pragma once

#include "config/problem.h"
#include "config/source.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace berth {

struct Diagnostic {
    enum class Severity { kError, kWarning };
    Severity severity = Severity::kError;
    Problem problem = Problem::kSyntax;
    Place place;  // may be unknown: then only the message is printed
    std::string message;
    std::vector<std::string> help;  // "did you mean 'x'?", "try: ..."
};

// Collects what is wrong with a configuration, so that all of it is reported at once. The same
// message at the same place is kept once.
class Diagnostics {
public:
    void error(Problem problem,
               Place place,
               std::string message,
               std::vector<std::string> help = {});
    void warning(Problem problem,
                 Place place,
                 std::string message,
                 std::vector<std::string> help = {});

    // A secret stands there: its line is not shown, whatever is wrong with it or beside it.
    void hide_line(const Place& place) { secrets_.emplace(place.source, place.line); }

    bool has_errors() const { return errors_ > 0; }
    size_t error_count() const { return errors_; }
    size_t warning_count() const { return all_.size() - errors_; }
    bool empty() const { return all_.empty(); }
    // By file, line and column.
    std::vector<Diagnostic> sorted() const;

private:
    void add(Diagnostic diagnostic);
    bool make_room(Diagnostic::Severity severity);

    std::vector<Diagnostic> all_;
    size_t errors_ = 0;
    std::set<std::pair<SourceRef, uint32_t>> secrets_;  // lines that hold one
};

// All of them as people read them: place, message, the line with the text underlined, help, a
// closing count.
std::string render_text(const Diagnostics& diagnostics, bool colour);
// One of them, without the closing count.
std::string render_text(const Diagnostic& diagnostic, bool colour);
// {"errors": 1, "warnings": 0, "diagnostics": [{"id", "severity", "file", "line", "column",
// "length", "message", "help"}]}
std::string render_json(const Diagnostics& diagnostics);

}  // namespace berth
