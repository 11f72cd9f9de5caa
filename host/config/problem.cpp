#include "config/problem.h"

#include "config/explanation.h"

namespace berth {

std::string problem_id(Problem problem) {
    return "C" + std::to_string(static_cast<unsigned>(problem));
}

const std::vector<Problem>& all_problems() {
    static const std::vector<Problem> kAll = [] {
        std::vector<Problem> all;
        for (const auto explanations : kExplanations) {
            for (const Explanation& explanation : explanations()) {
                all.push_back(explanation.problem);
            }
        }
        return all;
    }();
    return kAll;
}

}  // namespace berth
