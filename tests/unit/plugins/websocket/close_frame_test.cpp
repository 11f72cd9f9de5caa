#include "close_frame.h"

#include "berth/websocket.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace berth::websocket {
namespace {

CloseFrame parse(std::string_view payload) {
    return parse_close({reinterpret_cast<const uint8_t*>(payload.data()), payload.size()});
}

std::string payload(uint16_t code, std::string_view reason) {
    std::array<uint8_t, 125> out{};
    const size_t size = write_close(code, reason, out.data());
    return {reinterpret_cast<const char*>(out.data()), size};
}

TEST(CloseFrame, has_a_code_and_a_reason_or_neither) {
    EXPECT_EQ(parse("").code, BERTH_WS_NO_CODE);
    EXPECT_EQ(parse("").fault, 0);
    const std::string said = payload(4000, "später");
    EXPECT_EQ(parse(said).code, 4000);
    EXPECT_EQ(parse(said).reason, "später");
    EXPECT_EQ(parse(said).fault, 0);
    EXPECT_EQ(payload(0, ""), "");
}

TEST(CloseFrame, is_refused_when_it_is_half_or_not_text) {
    EXPECT_EQ(parse("\x03").fault, BERTH_WS_PROTOCOL_ERROR);
    EXPECT_EQ(parse(payload(1000, "\xff")).fault, BERTH_WS_NOT_UTF8);
    EXPECT_EQ(parse(payload(1000, "\xc3")).fault, BERTH_WS_NOT_UTF8);
}

TEST(CloseFrame, knows_the_codes_that_may_be_sent) {
    for (const int code : {1000,
                           1001,
                           1002,
                           1003,
                           1007,
                           1008,
                           1009,
                           1010,
                           1011,
                           1012,
                           1013,
                           1014,
                           3000,
                           3999,
                           4000,
                           4999}) {
        EXPECT_EQ(parse(payload(static_cast<uint16_t>(code), "")).fault, 0) << code;
    }
    for (const int code : {1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        EXPECT_EQ(parse(payload(static_cast<uint16_t>(code), "")).fault, BERTH_WS_PROTOCOL_ERROR)
            << code;
    }
    EXPECT_EQ(parse(std::string_view("\0\0", 2)).fault, BERTH_WS_PROTOCOL_ERROR);
}

}  // namespace
}  // namespace berth::websocket
