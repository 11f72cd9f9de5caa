#include "config/substitution.h"

#include "config_reading.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

// One scalar that was substituted, and what was said about it.
struct Substituted {
    RawNode node;
    Diagnostics diagnostics;

    explicit Substituted(const std::string& text) {
        node.kind = RawNode::Kind::kScalar;
        node.text = text;
        const Outside outside = testing::outside_of({{"NAME", "Ann"},
                                                     {"EMPTY", ""},
                                                     {"REF", "${env:NAME}"},
                                                     {"PRICE", "5$"},
                                                     {"CREDENTIALS_DIRECTORY", "/creds"}},
                                                    {{"/secret", "xyzzy\n"},
                                                     {"/creds/key", "k1"},
                                                     {"/two", "a\nb\n\n"},
                                                     {"/binary", std::string("a\0b", 3)},
                                                     {"/latin1", "\xe4"}});
        substitute(node, outside, diagnostics);
    }
    Diagnostic complaint() const {
        EXPECT_EQ(diagnostics.error_count(), 1u);
        return diagnostics.empty() ? Diagnostic() : diagnostics.sorted().front();
    }
};

TEST(Substitution, takes_variables) {
    EXPECT_EQ(Substituted("Hello ${env:NAME}, ${env:NAME}!").node.text, "Hello Ann, Ann!");
    EXPECT_TRUE(Substituted("${env:NAME}").node.substituted);
    EXPECT_FALSE(Substituted("${env:NAME}").node.secret);
    EXPECT_FALSE(Substituted("no reference").node.substituted);
}

TEST(Substitution, a_default_stands_for_a_missing_variable_only) {
    EXPECT_EQ(Substituted("${env:NOBODY:-Bob}").node.text, "Bob");
    EXPECT_EQ(Substituted("${env:NOBODY:-}").node.text, "");
    EXPECT_EQ(Substituted("${env:NOBODY:-a:-b}").node.text, "a:-b");
    EXPECT_EQ(Substituted("${env:NAME:-Bob}").node.text, "Ann");
    EXPECT_EQ(Substituted("${env:EMPTY:-Bob}").node.text, "");
}

TEST(Substitution, files_and_credentials_are_secrets_without_their_last_line_end) {
    for (const char* text : {"${file:/secret}", "${cred:key}"}) {
        EXPECT_TRUE(Substituted(text).node.secret) << text;
    }
    EXPECT_EQ(Substituted("${file:/secret}").node.text, "xyzzy");
    EXPECT_EQ(Substituted("${file:/two}").node.text, "a\nb\n");
    EXPECT_EQ(Substituted("${cred:key}").node.text, "k1");
}

TEST(Substitution, a_doubled_dollar_stays_a_dollar) {
    EXPECT_EQ(Substituted("$${env:NAME}").node.text, "${env:NAME}");
    EXPECT_EQ(Substituted("$$${env:NAME}").node.text, "$${env:NAME}");
    EXPECT_EQ(Substituted("$ $$ $x {").node.text, "$ $$ $x {");
    EXPECT_EQ(Substituted("^/a$").node.text, "^/a$");
}

TEST(Substitution, what_was_put_in_is_not_looked_at_again) {
    EXPECT_EQ(Substituted("${env:REF}").node.text, "${env:NAME}");
    EXPECT_EQ(Substituted("${env:PRICE}${env:NAME}").node.text, "5$Ann");
}

TEST(Substitution, a_missing_value_is_an_error_with_its_remedy) {
    EXPECT_EQ(Substituted("${env:NOBODY}").complaint().problem, Problem::kMissingValue);
    EXPECT_EQ(Substituted("${env:NOBODY}").complaint().help.front(),
              "set it, or give a default: ${env:NOBODY:-value}");
    EXPECT_EQ(Substituted("${file:/gone}").complaint().message,
              "cannot read '/gone': No such file or directory");
    EXPECT_EQ(Substituted("${cred:gone}").complaint().help.front(),
              "add to the unit: LoadCredential=gone:/path");
    EXPECT_TRUE(Substituted("${env:NOBODY}").node.broken);
}

TEST(Substitution, without_systemd_there_are_no_credentials) {
    RawNode node;
    node.text = "${cred:key}";
    Diagnostics diagnostics;
    substitute(node, testing::outside_of({}), diagnostics);
    EXPECT_NE(render_text(diagnostics, false).find("CREDENTIALS_DIRECTORY is not set"),
              std::string::npos);
}

TEST(Substitution, a_reference_that_means_nothing_is_explained) {
    EXPECT_EQ(Substituted("${evn:NAME}").complaint().help.front(), "did you mean 'env'?");
    EXPECT_EQ(Substituted("${NAME}").complaint().problem, Problem::kSubstitution);
    EXPECT_EQ(Substituted("${}").complaint().problem, Problem::kSubstitution);
    EXPECT_EQ(Substituted("${env:}").complaint().message, "'${env:}' names nothing");
    EXPECT_EQ(Substituted("${env:NAME").complaint().message, "'${' without a closing '}'");
}

TEST(Substitution, a_file_has_an_absolute_path_and_a_credential_no_path) {
    EXPECT_EQ(Substituted("${file:secret}").complaint().problem, Problem::kSubstitution);
    for (const char* name : {"${cred:../key}", "${cred:.}", "${cred:..}", "${cred:/etc/shadow}"}) {
        EXPECT_EQ(Substituted(name).complaint().problem, Problem::kSubstitution) << name;
    }
}

TEST(Substitution, files_that_are_no_text_are_refused) {
    EXPECT_EQ(Substituted("${file:/binary}").complaint().message, "'/binary' is not text");
    EXPECT_EQ(Substituted("${file:/latin1}").complaint().message, "'/latin1' is not text");
}

TEST(Substitution, real_files_are_read_up_to_1_mib) {
    const testing::TemporaryDirectory folder;
    const Outside outside = real_outside();
    EXPECT_EQ(outside.file(folder.file("a", "text")).value(), "text");
    EXPECT_TRUE(outside.file(folder.file("most", std::string(1024 * 1024, 'x'))).ok());
    EXPECT_FALSE(outside.file(folder.file("large", std::string(1024 * 1024 + 1, 'x'))).ok());
    EXPECT_FALSE(outside.file(folder.path("gone")).ok());
    EXPECT_FALSE(outside.file(folder.path()).ok());
    EXPECT_FALSE(outside.variable("BERTH_TEST_NO_SUCH_VARIABLE"));
}

}  // namespace
}  // namespace berth
