#include "h1/status_line.h"

#include "error_page.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

TEST(StatusLine, of_every_status_has_its_number_and_reason) {
    unsigned named = 0;
    for (uint32_t status = 0; status < 1000; ++status) {
        const std::string_view reason = reason_of(status);
        if (reason.empty()) {
            EXPECT_EQ(status_line(status), "");
            continue;
        }
        ++named;
        EXPECT_EQ(status_line(status),
                  "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(reason) + "\r\n");
    }
    EXPECT_GT(named, 40u);
}

TEST(StatusLine, knows_what_http_itself_answers) {
    for (const uint32_t status : {100u,
                                  200u,
                                  204u,
                                  308u,
                                  400u,
                                  404u,
                                  405u,
                                  408u,
                                  411u,
                                  413u,
                                  414u,
                                  417u,
                                  421u,
                                  431u,
                                  500u,
                                  501u,
                                  503u,
                                  505u}) {
        EXPECT_NE(reason_of(status), "") << status;
    }
    EXPECT_EQ(reason_of(404), "Not Found");
}

TEST(StatusLineErrorPage, says_number_and_reason_and_loads_nothing) {
    const std::string page = error_page(404);
    EXPECT_NE(page.find("<title>404 Not Found</title>"), std::string::npos);
    EXPECT_EQ(page.find("src="), std::string::npos);
    EXPECT_EQ(page.find("http"), std::string::npos);
    EXPECT_NE(error_page(599).find("<h1>599</h1>"), std::string::npos);
}

}  // namespace
}  // namespace berth::http
