#include "log/log_template.h"

#include "known_fields.h"
#include "request_builder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace berth::http {
namespace {

class LogTemplateLine : public ::testing::Test {
protected:
    LogTemplateLine() {
        now_.refresh(1'795'337'887'000'000);
        request_.version = 20;
        request_.method_sv = sdk::sv("GET");
        request_.raw_target = sdk::sv("/a?b");
        request_.authority = sdk::sv("example.com");
        request_.login = sdk::sv("ada");
        request_.known = known_.data();
        request_.n_known = BERTH_H_COUNT;
    }

    void add_field(std::string_view name, std::string_view value) {
        fields_.push_back({sdk::sv(name), sdk::sv(value)});
        request_.headers = fields_.data();
        request_.n_headers = static_cast<uint32_t>(fields_.size());
        index_fields(request_, known_);
    }

    std::string line(std::string_view text) const {
        std::string problem;
        const auto lines = LogTemplate::parse(text, problem);
        EXPECT_TRUE(lines) << problem;
        const auto room = std::make_unique<char[]>(kLogLineMax);
        const LogRecord record{request_, "192.0.2.1", "shop", 200, 12'345, 678, "4bf9"};
        const size_t size = lines->write(record, now_, room.get());
        EXPECT_LE(size, kLogLineMax);
        EXPECT_EQ(room[size - 1], '\n');
        return {room.get(), size - 1};
    }

    static std::string problem_of(std::string_view text) {
        std::string problem;
        EXPECT_FALSE(LogTemplate::parse(text, problem));
        return problem;
    }

    berth_http_req request_{};

private:
    DateCache now_;
    KnownFields known_{};
    std::vector<berth_header> fields_;
};

TEST_F(LogTemplateLine, has_every_name) {
    add_field("referer", "http://b/");
    add_field("user-agent", "curl/8");
    EXPECT_EQ(line("{time} {site} {client} {user} {method} {host} {target} {protocol}"),
              "2026-11-22T08:58:07Z shop 192.0.2.1 ada GET example.com /a?b HTTP/2.0");
    EXPECT_EQ(line("{status}{bytes}{duration_us}|{referer}|{user_agent}|{trace_id}"),
              "20012345678|http://b/|curl/8|4bf9");
}

TEST_F(LogTemplateLine, has_fields_of_the_request) {
    add_field("x-request-id", "17");
    EXPECT_EQ(line("{header.X-Request-Id} {header.other} {referer}"), "17 - -");
}

TEST_F(LogTemplateLine, has_braces_that_are_written_twice) {
    EXPECT_EQ(line("{{{status}}}{{}}"), "{200}{}");
    EXPECT_EQ(line("}}"), "}");
}

TEST_F(LogTemplateLine, escapes_what_could_forge_another) {
    add_field("user-agent", "a\"b\\c\n\x1b\xe9");
    EXPECT_EQ(line("\"{user_agent}\""), R"("a\x22b\x5Cc\x0A\x1B\xE9")");
}

TEST_F(LogTemplateLine, fits_whatever_came) {
    const std::string huge(20'000, '"');
    request_.raw_target = request_.authority = sdk::sv(huge);
    add_field("x", huge);
    std::string text(600, 'a');
    for (int i = 0; i < 20; ++i) {
        text += "{target}{header.x}";
    }
    EXPECT_GT(line(text).size(), size_t{7'000});
}

TEST_F(LogTemplateLine, is_refused_with_a_reason) {
    EXPECT_NE(problem_of("{clinet}").find("no '{clinet}' can be logged; there are time, site"),
              std::string::npos);
    EXPECT_NE(problem_of("{header.Cookie}").find("holds secrets"), std::string::npos);
    EXPECT_NE(problem_of("{header.authorization}").find("holds secrets"), std::string::npos);
    EXPECT_NE(problem_of("{header.a b}").find("no name"), std::string::npos);
    EXPECT_NE(problem_of("{header.}").find("no name"), std::string::npos);
    EXPECT_NE(problem_of("{status} {").find("twice"), std::string::npos);
    EXPECT_NE(problem_of("{status} }").find("twice"), std::string::npos);
    EXPECT_NE(problem_of("{status}\n").find("printable"), std::string::npos);
    EXPECT_NE(problem_of("{status}" + std::string(1024, 'a')).find("1024"), std::string::npos);
}

TEST(LogTemplateText, is_told_from_a_name_by_its_braces) {
    EXPECT_TRUE(LogTemplate::is_template("{status}"));
    EXPECT_FALSE(LogTemplate::is_template("combined"));
}

}  // namespace
}  // namespace berth::http
