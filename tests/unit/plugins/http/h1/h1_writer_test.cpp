#include "h1/h1_writer.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace berth::http {
namespace {

constexpr std::string_view kDate = "Server: Berth\r\nDate: Sun, 22 Nov 2026 08:58:07 GMT\r\n";

berth_http_resp response_with(uint32_t status, const std::vector<berth_header>& fields = {}) {
    return {BERTH_HDR(berth_http_resp),
            status,
            0,
            fields.data(),
            static_cast<uint32_t>(fields.size()),
            0,
            BERTH_LENGTH_UNKNOWN};
}

// In exactly the room that is asked for, so that ASan sees an overrun. Empty: refused.
std::string head(const berth_http_resp& response, const H1Framing& framing) {
    const size_t room = head_size_max(response);
    const auto text = std::make_unique<char[]>(room);
    const size_t size = write_head(response, framing, kDate, text.get());
    EXPECT_LE(size, room);
    return {text.get(), size};
}

std::string trailer(std::string_view name, std::string_view value) {
    const berth_header field{sdk::sv(name), sdk::sv(value)};
    const auto text = std::make_unique<char[]>(trailers_size_max({&field, 1}));
    const size_t size = write_trailers({&field, 1}, text.get());
    return {text.get(), size};
}

TEST(H1Writer, tells_the_framing_and_the_fate_of_the_connection) {
    struct Case {
        H1Framing framing;
        const char* lines;
    };
    const Case cases[] = {
        {{AnswerFraming::kLength, 5, 11, true}, "Content-Length: 5\r\n"},
        {{AnswerFraming::kLength, 0, 11, false}, "Content-Length: 0\r\nConnection: close\r\n"},
        {{AnswerFraming::kLength, UINT64_MAX - 1, 10, true},
         "Content-Length: 18446744073709551614\r\nConnection: keep-alive\r\n"},
        {{AnswerFraming::kChunked, 5, 11, true}, "Transfer-Encoding: chunked\r\n"},
        {{AnswerFraming::kUntilClose, 0, 10, false}, "Connection: close\r\n"},
        {{AnswerFraming::kNone, 5, 11, true}, ""},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(head(response_with(200), c.framing),
                  "HTTP/1.1 200 OK\r\n" + std::string(kDate) + c.lines + "\r\n");
    }
}

TEST(H1Writer, leaves_the_reason_of_an_unknown_status_empty) {
    EXPECT_EQ(head(response_with(299), {}).substr(0, 15), "HTTP/1.1 299 \r\n");
}

TEST(H1Writer, writes_the_handlers_fields_as_they_are) {
    const std::vector<berth_header> fields = {{sdk::sv("X-A"), sdk::sv("b  c")},
                                              {sdk::sv("x-a"), sdk::sv("")},
                                              {sdk::sv("dates"), sdk::sv("caf\xc3\xa9")}};
    EXPECT_NE(head(response_with(200, fields), {})
                  .find("\r\nX-A: b  c\r\nx-a: \r\ndates: caf\xc3\xa9\r\n"),
              std::string::npos);
}

TEST(H1Writer, refuses_fields_that_are_not_the_handlers_to_set) {
    for (const char* name :
         {"Date", "server", "CONNECTION", "Keep-Alive", "content-length", "Transfer-Encoding"}) {
        const std::vector<berth_header> fields = {{sdk::sv("x"), sdk::sv("y")},
                                                  {sdk::sv(name), sdk::sv("1")}};
        EXPECT_EQ(head(response_with(200, fields), {}), "") << name;
        char room[512];
        EXPECT_EQ(write_informational_head(response_with(103, fields), room), 0u) << name;
    }
}

TEST(H1WriterTrailer, refuses_every_byte_that_could_split_an_answer) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string c(1, static_cast<char>(byte));
        const bool in_name = sdk::is_token(c);
        const bool in_value = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
        EXPECT_EQ(trailer("a" + c + "b", "v").empty(), !in_name) << byte;
        EXPECT_EQ(trailer("a", "v" + c + "w").empty(), !in_value) << byte;
    }
    EXPECT_EQ(trailer("", "v"), "");
    EXPECT_EQ(trailer("a", "v"), "0\r\na: v\r\n\r\n");
}

TEST(H1WriterInformational, has_neither_date_nor_framing) {
    const std::vector<berth_header> fields = {{sdk::sv("link"), sdk::sv("</a>")}};
    char room[512];
    const size_t size = write_informational_head(response_with(103, fields), room);
    EXPECT_EQ(std::string(room, size), "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
}

}  // namespace
}  // namespace berth::http
