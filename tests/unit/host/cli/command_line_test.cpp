#include "cli/command_line.h"

#include "process/exit_code.h"

#include <gmock/gmock.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace berth {
namespace {

using testing::HasSubstr;

// One run of the program with what it printed.
struct Berth {
    explicit Berth(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "berth");
        std::vector<char*> words;
        for (std::string& argument : arguments) {
            words.push_back(argument.data());
        }
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        code = run_command_line(static_cast<int>(words.size()), words.data());
        out = testing::internal::GetCapturedStdout();
        err = testing::internal::GetCapturedStderr();
    }
    int code = 0;
    std::string out, err;
};

TEST(CommandLine, an_unknown_command_is_refused_with_a_suggestion) {
    const Berth run({"chekc"});
    EXPECT_EQ(run.code, kExitUsage);
    EXPECT_THAT(run.err, HasSubstr("did you mean 'berth check'?"));
    EXPECT_THAT(Berth({"xyzzy"}).err, HasSubstr("berth --help"));
}

TEST(CommandLine, an_unknown_option_is_a_usage_error) {
    EXPECT_EQ(Berth({"status", "--nonsense"}).code, kExitUsage);
    EXPECT_EQ(Berth({"check", "--format", "xml"}).code, kExitUsage);
    EXPECT_EQ(Berth({"hello", "folder"}).code, kExitUsage);
    EXPECT_EQ(Berth({"file", "--lan", "--host", "127.0.0.1"}).code, kExitUsage);
    EXPECT_THAT(Berth({"run", "-c"}).err, HasSubstr("= try: berth --help"));
}

TEST(CommandLine, help_is_a_command_too) {
    EXPECT_EQ(Berth({"help"}).out, Berth({"--help"}).out);
    EXPECT_EQ(Berth({"help", "check"}).out, Berth({"check", "--help"}).out);
    EXPECT_THAT(Berth({"help", "chekc"}).err, HasSubstr("did you mean 'berth check'?"));
}

TEST(CommandLine, help_and_version_succeed_on_stdout) {
    EXPECT_THAT(Berth({"--version"}).out, HasSubstr(BERTH_VERSION));
    const Berth help({"--help"});
    EXPECT_EQ(help.code, kExitDone);
    for (const char* command : {"hello", "run", "check", "explain", "reload", "status", "stop"}) {
        EXPECT_THAT(help.out, HasSubstr(command));
        EXPECT_EQ(Berth({command, "--help"}).code, kExitDone);
    }
}

TEST(CommandLine, explain_knows_ids_in_any_case_and_lists_them) {
    const Berth one({"explain", "c103"});
    EXPECT_EQ(one.code, kExitDone);
    EXPECT_THAT(one.out, HasSubstr("C103"));
    EXPECT_THAT(Berth({"explain"}).out, HasSubstr("C203: "));
    EXPECT_EQ(Berth({"explain", "C999"}).code, kExitUsage);
}

TEST(CommandLine, commands_to_a_server_that_is_not_there_say_so) {
    for (const char* command : {"reload", "status", "stop"}) {
        const Berth run({command, "--socket", "/nowhere/admin.sock"});
        EXPECT_EQ(run.code, kExitUnreachable) << command;
        EXPECT_THAT(run.err, HasSubstr("/nowhere/admin.sock"));
    }
}

TEST(CommandLine, a_check_of_nothing_names_the_file) {
    const Berth text({"check", "/nowhere/site.yaml"});
    EXPECT_EQ(text.code, kExitConfigInvalid);
    EXPECT_THAT(text.err, HasSubstr("/nowhere/site.yaml"));
    const Berth json({"-t", "/nowhere/site.yaml", "--format", "json"});
    EXPECT_EQ(json.code, kExitConfigInvalid);
    EXPECT_THAT(json.out, HasSubstr("\"id\": \"C301\""));
    EXPECT_EQ(json.err, "");
}

TEST(CommandLine, alone_it_shows_the_way_and_never_fails) {
    EXPECT_EQ(Berth({}).code, kExitDone);
}

}  // namespace
}  // namespace berth
