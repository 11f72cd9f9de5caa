#include "cli/one_shot_command.h"

#include <gtest/gtest.h>

namespace berth {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

const OneShot::Argument kFolder{"root", "BASE_PATH"};

Options parse(const std::vector<std::string>& words) {
    std::string stray;
    const auto command = parse_one_shot("hello", words, &stray);
    EXPECT_TRUE(command.has_value()) << stray;
    return command ? command->options : Options{};
}

TEST(OneShotCommand, takes_values_after_a_blank_or_an_equals_sign) {
    EXPECT_EQ(parse({"--port", "9090", "--message=a=b"}),
              (Options{{"port", "9090"}, {"message", "a=b"}}));
}

TEST(OneShotCommand, an_option_without_a_value_is_true) {
    EXPECT_EQ(parse({"--tls", "--ipv6"}), (Options{{"tls", "true"}, {"ipv6", "true"}}));
}

TEST(OneShotCommand, a_negative_number_is_a_value) {
    EXPECT_EQ(parse({"--poll-timeout", "-1"}), (Options{{"poll-timeout", "-1"}}));
}

TEST(OneShotCommand, an_empty_value_stays_empty) {
    EXPECT_EQ(parse({"--message="}), (Options{{"message", ""}}));
}

TEST(OneShotCommand, one_word_may_be_a_setting) {
    std::string problem;
    const auto command =
        parse_one_shot("file", {"--tls", "--port", "1", "my dir"}, &problem, kFolder);
    ASSERT_TRUE(command.has_value()) << problem;
    EXPECT_EQ(command->options, (Options{{"tls", "true"}, {"port", "1"}, {"root", "my dir"}}));
    EXPECT_FALSE(parse_one_shot("file", {"a", "b"}, &problem, kFolder).has_value());
    EXPECT_EQ(problem, "'b' is no option");
    EXPECT_FALSE(parse_one_shot("file", {"-p", "80"}, &problem, kFolder).has_value());
    EXPECT_EQ(problem, "'-p' is no option");
}

TEST(OneShotCommand, what_means_nothing_alone_needs_a_value) {
    std::string problem;
    EXPECT_FALSE(parse_one_shot("hello", {"--port"}, &problem).has_value());
    EXPECT_EQ(problem, "--port needs a value");
    EXPECT_FALSE(parse_one_shot("hello", {"--cert", "--tls"}, &problem).has_value());
    EXPECT_EQ(problem, "--cert needs a value");
}

TEST(OneShotCommand, what_is_on_or_off_needs_no_value) {
    std::string stray;
    const auto options = [&](const std::vector<std::string>& words) {
        const auto command = parse_one_shot("file", words, &stray, kFolder);
        return command ? command->options : Options{};
    };
    EXPECT_EQ(options({"--upload", "my dir"}), (Options{{"upload", "true"}, {"root", "my dir"}}));
    EXPECT_EQ(options({"--upload", "0", "my dir"}), (Options{{"upload", "0"}, {"root", "my dir"}}));
    EXPECT_EQ(options({"--hidden", "--cors", "my dir"}),
              (Options{{"hidden", "true"}, {"cors", "true"}, {"root", "my dir"}}));
}

TEST(OneShotCommand, a_stray_word_is_named) {
    std::string stray;
    EXPECT_FALSE(parse_one_shot("hello", {"--port", "1", "folder"}, &stray).has_value());
    EXPECT_EQ(stray, "'folder' is no option");
    EXPECT_FALSE(parse_one_shot("hello", {"--"}, &stray).has_value());
    EXPECT_EQ(stray, "'--' is no option");
}

}  // namespace
}  // namespace berth
