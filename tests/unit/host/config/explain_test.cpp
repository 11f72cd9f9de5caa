#include "config/explain.h"

#include "config/explanation.h"
#include "config/one_shot.h"
#include "config_reading.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace berth {
namespace {

std::vector<Explanation> all_explanations() {
    std::vector<Explanation> all;
    for (const Explanations explanations : kExplanations) {
        all.insert(all.end(), explanations().begin(), explanations().end());
    }
    return all;
}

// Problems that no text alone can have: files, plugins and sockets.
const std::set<Problem> kOfTheWorld{Problem::kTooLarge,
                                    Problem::kNotUtf8,
                                    Problem::kDeprecated,
                                    Problem::kPluginRefused,
                                    Problem::kNotInstalled,
                                    Problem::kPluginSays,
                                    Problem::kUnreadable,
                                    Problem::kNoSites,
                                    Problem::kCertificate,
                                    Problem::kKeyPermissions,
                                    Problem::kPortInUse,
                                    Problem::kCannotBind,
                                    Problem::kIgnoredFile};

bool is_of_the_machine(std::string_view example) {
    for (const std::string_view key : {"workers:", "log:", "backlog:", "groups:", "user:"}) {
        if (example.substr(0, key.size()) == key) {
            return true;
        }
    }
    return false;
}

// What is said about an example, which may leave out what is the same before and after.
Diagnostics checked_example(std::string_view example) {
    testing::FakeFactoryIndex index;
    index.add("berth.http.handler/1",
              "file",
              R"({"type": "object", "properties": {"root": {"type": "string"}}})");
    std::string text(example);
    if (text.find("site:") == std::string::npos && !is_of_the_machine(example)) {
        text = "site: example\n" + text + "\n";
    }
    const Outside outside = testing::outside_of({{"GREETING", "Hi"}});
    Diagnostics diagnostics;
    const bool machine = is_of_the_machine(example);
    const SourceRef source = make_source(machine ? "berth.yaml" : "site.yaml", text);
    const Config config = load_config_text(source, outside, diagnostics);
    if (!machine) {
        check_config(config, outside, index, diagnostics);
    }
    return diagnostics;
}

// `PORT=http berth hello`
Diagnostics checked_command(std::string_view command) {
    testing::Texts variables;
    std::istringstream words{std::string(command)};
    for (std::string word; words >> word && word != "berth";) {
        variables[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
    }
    Diagnostics diagnostics;
    one_shot_config({"hello", {}}, testing::outside_of(variables), diagnostics);
    return diagnostics;
}

Diagnostics checked(const Explanation& explanation, std::string_view example) {
    return static_cast<int>(explanation.problem) >= 400 ? checked_command(example)
                                                        : checked_example(example);
}

bool has(const Diagnostics& diagnostics, Problem problem) {
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        if (diagnostic.problem == problem) {
            return true;
        }
    }
    return false;
}

TEST(Explain, every_problem_has_a_text_with_before_and_after) {
    const std::string header = testing::file_text(BERTH_SOURCE_DIR "/host/config/problem.h");
    const std::regex number(R"(\bk\w+ = (\d+),)");
    size_t problems = 0;
    for (std::sregex_iterator found(header.begin(), header.end(), number), end; found != end;
         ++found) {
        const std::string text = explain("C" + (*found)[1].str());
        EXPECT_NE(text.find("Before:"), std::string::npos) << found->str();
        EXPECT_NE(text.find("After:"), std::string::npos) << found->str();
        ++problems;
    }
    EXPECT_EQ(problems, all_problems().size());
    EXPECT_GT(problems, 40u);
}

TEST(Explain, problems_stand_in_order) {
    const std::vector<Problem>& all = all_problems();
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(std::set<Problem>(all.begin(), all.end()).size(), all.size());
}

TEST(Explain, before_is_wrong_in_just_that_way) {
    for (const Explanation& explanation : all_explanations()) {
        if (kOfTheWorld.count(explanation.problem) == 0) {
            const Diagnostics diagnostics = checked(explanation, explanation.wrong);
            EXPECT_TRUE(has(diagnostics, explanation.problem))
                << problem_id(explanation.problem) << ":\n"
                << explanation.wrong << '\n'
                << render_text(diagnostics, false);
        }
    }
}

TEST(Explain, after_is_right) {
    for (const Explanation& explanation : all_explanations()) {
        if (kOfTheWorld.count(explanation.problem) == 0) {
            const Diagnostics diagnostics = checked(explanation, explanation.right);
            const bool no_sites = diagnostics.empty() || has(diagnostics, Problem::kNoSites);
            EXPECT_TRUE(no_sites && !diagnostics.has_errors())
                << problem_id(explanation.problem) << ":\n"
                << explanation.right << '\n'
                << render_text(diagnostics, false);
        }
    }
}

TEST(Explain, finds_an_id_in_any_case) {
    EXPECT_EQ(explain("c103"), explain("C103"));
    EXPECT_NE(explain("C103"), "");
    for (const char* id : {"", "C", "103", "C1", "C1030", "D103", "C999", "C-1", "Cx"}) {
        EXPECT_EQ(explain(id), "") << id;
    }
}

TEST(Explain, texts_fit_a_terminal) {
    for (const Explanation& explanation : all_explanations()) {
        std::istringstream lines(explain(explanation.problem));
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(line.size(), 100u) << line;
        }
    }
}

}  // namespace
}  // namespace berth
