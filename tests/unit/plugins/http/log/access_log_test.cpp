#include "log/access_log.h"

#include "known_fields.h"
#include "request_builder.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace berth::http {
namespace {

class AccessLogLine : public ::testing::Test {
protected:
    AccessLogLine() {
        now_.refresh(1'795'337'887'000'000);
        request_.version = 11;
        request_.method_sv = sdk::sv("GET");
        request_.raw_target = sdk::sv("/a?b");
        request_.authority = sdk::sv("example.com");
        request_.known = known_.data();
        request_.n_known = BERTH_H_COUNT;
    }

    void add_field(std::string_view name, std::string_view value) {
        fields_.push_back({sdk::sv(name), sdk::sv(value)});
        request_.headers = fields_.data();
        request_.n_headers = static_cast<uint32_t>(fields_.size());
        index_fields(request_, known_);
    }

    void remove_fields() { fields_.clear(); }

    // Without its line end, which it must have. The room is exact, so that ASan sees an overrun.
    std::string line(LogFormat format, std::string_view client = "192.0.2.1") const {
        return line_of({request_, client, "shop", 200, 12'345, 678, {}}, format);
    }

    std::string line_of(const LogRecord& record, LogFormat format) const {
        const auto room = std::make_unique<char[]>(kLogLineMax);
        const size_t size = format_log_line(format, record, now_, room.get());
        EXPECT_LE(size, kLogLineMax);
        std::string text(room.get(), size);
        EXPECT_EQ(text.back(), '\n');
        text.pop_back();
        for (const char c : text) {
            EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
        }
        return text;
    }

    berth_http_req request_{};

private:
    DateCache now_;
    KnownFields known_{};
    std::vector<berth_header> fields_;
};

TEST_F(AccessLogLine, in_common_format) {
    EXPECT_EQ(line(LogFormat::kCommon),
              R"(192.0.2.1 - - [22/Nov/2026:08:58:07 +0000] "GET /a?b HTTP/1.1" 200 12345)");
}

TEST_F(AccessLogLine, in_combined_format) {
    EXPECT_EQ(line(LogFormat::kCombined), line(LogFormat::kCommon) + R"( "-" "-")");
    add_field("referer", "http://b/");
    add_field("user-agent", "curl/8");
    EXPECT_EQ(line(LogFormat::kCombined), line(LogFormat::kCommon) + R"( "http://b/" "curl/8")");
}

TEST_F(AccessLogLine, in_json) {
    add_field("user-agent", "curl/8");
    EXPECT_EQ(
        line(LogFormat::kJson),
        R"({"time":"2026-11-22T08:58:07Z","site":"shop","client":"192.0.2.1","user":"",)"
        R"("method":"GET","host":"example.com","target":"/a?b","protocol":"HTTP/1.1",)"
        R"("status":200,"bytes":12345,"duration_us":678,"referer":"","user_agent":"curl/8"})");
}

TEST_F(AccessLogLine, for_people_is_in_columns) {
    setenv("TZ", "UTC-3", 1);
    tzset();
    const auto short_line = [&](std::string_view target, uint64_t bytes, uint64_t microseconds) {
        request_.raw_target = sdk::sv(target);
        return line_of({request_, "a", "s", 404, bytes, microseconds, {}}, LogFormat::kShort);
    };
    EXPECT_EQ(short_line("/", 3'174, 400), "11:58:07  GET  /              404   3.1 KiB   0.4 ms");
    EXPECT_EQ(short_line("/favicon.ico", 0, 99),
              "11:58:07  GET  /favicon.ico   404       0 B   0.1 ms");
    EXPECT_EQ(short_line("/a/longer/name\n", 5'368'709'120, 61'234'000),
              "11:58:07  GET  /a/longer/name\\x0A   404   5.0 GiB 61234.0 ms");
    EXPECT_EQ(short_line("/", UINT64_MAX, 0),
              "11:58:07  GET  /              404 16777216.0 TiB   0.0 ms");
    unsetenv("TZ");
}

TEST_F(AccessLogLine, names_the_version) {
    request_.version = 10;
    EXPECT_NE(line(LogFormat::kCommon).find("GET /a?b HTTP/1.0\""), std::string::npos);
    request_.version = 20;
    EXPECT_NE(line(LogFormat::kJson).find("\"HTTP/2.0\""), std::string::npos);
}

TEST_F(AccessLogLine, of_what_is_no_request_has_what_came) {
    request_.method_sv = {};
    request_.raw_target = sdk::sv("EHLO x");
    EXPECT_NE(line(LogFormat::kCommon).find("] \"EHLO x\" 200"), std::string::npos);
    request_.raw_target = {};
    EXPECT_NE(line(LogFormat::kCommon, "").find("- - - ["), std::string::npos);
    EXPECT_NE(line(LogFormat::kCommon).find("] \"-\" 200"), std::string::npos);
}

TEST_F(AccessLogLine, escapes_what_could_forge_another) {
    add_field("user-agent", "a\"b\\c\n\x1b\xe9");
    EXPECT_NE(line(LogFormat::kCombined).find(R"("a\x22b\x5Cc\x0A\x1B\xE9")"), std::string::npos);
    EXPECT_NE(line(LogFormat::kJson).find(R"("a\u0022b\u005Cc\u000A\u001B\u00E9")"),
              std::string::npos);
}

TEST_F(AccessLogLine, fits_whatever_came) {
    for (const char c : {'a', '"', '\xff'}) {
        const std::string huge(9000, c);
        remove_fields();  // whose texts are gone
        request_.method_sv = request_.raw_target = request_.authority = sdk::sv(huge);
        add_field("referer", huge);
        add_field("user-agent", huge);
        for (const LogFormat format :
             {LogFormat::kCommon, LogFormat::kCombined, LogFormat::kJson, LogFormat::kShort}) {
            EXPECT_GT(line(format).size(), size_t{4096});
        }
    }
}

TEST(AccessLogFormat, is_combined_unless_named) {
    EXPECT_EQ(log_format("common"), LogFormat::kCommon);
    EXPECT_EQ(log_format("json"), LogFormat::kJson);
    EXPECT_EQ(log_format("short"), LogFormat::kShort);
    EXPECT_EQ(log_format("combined"), LogFormat::kCombined);
    EXPECT_EQ(log_format(""), LogFormat::kCombined);
}

}  // namespace
}  // namespace berth::http
