#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace berth::file {

// `{path}.html`: a path made from that of the request.
class PathTemplate {
public:
    // Nothing when a brace has no partner, or what is in braces is not `path`.
    static std::optional<PathTemplate> parse(std::string_view text);

    // Is it `{path}` and nothing else?
    bool is_path() const;
    // Appends what it makes of a path.
    void expand(std::string_view path, std::string& out) const;

private:
    std::vector<std::string> texts_{""};  // between the places of the path: one more than places
};

// Paths that are another file instead: the first expression that is found in the path decides.
class PathPatterns {
public:
    PathPatterns();
    ~PathPatterns();
    PathPatterns(PathPatterns&&) noexcept;
    PathPatterns& operator=(PathPatterns&&) noexcept;

    // "expression:file", divided at the last colon. Returns what is wrong, empty when nothing is.
    std::string add(std::string_view text);
    bool empty() const { return rules_.empty(); }
    // The file, with a slash in front; empty: none matches.
    std::string_view find(std::string_view path) const;

private:
    struct Rule {
        std::unique_ptr<re2::RE2> expression;
        std::string file;
    };
    std::vector<Rule> rules_;
};

}  // namespace berth::file
