#include "config/explain.h"

#include "config/explanation.h"

#include <sstream>
#include <string_view>

namespace berth {
namespace {

void append_example(std::ostream& out, std::string_view heading, std::string_view example) {
    out << '\n' << heading << "\n\n";
    while (!example.empty()) {
        const size_t end = example.find('\n');
        out << "    " << example.substr(0, end) << '\n';
        example.remove_prefix(end == std::string_view::npos ? example.size() : end + 1);
    }
}

std::string text_of(const Explanation& explanation) {
    std::ostringstream out;
    out << problem_id(explanation.problem) << ": " << explanation.title << "\n\n"
        << explanation.meaning << '\n';
    append_example(out, "Before:", explanation.wrong);
    append_example(out, "After:", explanation.right);
    return out.str();
}

}  // namespace

std::string explain(Problem problem) {
    for (const Explanations explanations : kExplanations) {
        for (const Explanation& explanation : explanations()) {
            if (explanation.problem == problem) {
                return text_of(explanation);
            }
        }
    }
    return {};
}

std::string explain(const std::string& id) {
    for (const Problem problem : all_problems()) {
        const std::string known = problem_id(problem);
        const bool same = id.size() == known.size() && (id[0] == 'C' || id[0] == 'c') &&
                          id.compare(1, std::string::npos, known, 1, std::string::npos) == 0;
        if (same) {
            return explain(problem);
        }
    }
    return {};
}

}  // namespace berth
