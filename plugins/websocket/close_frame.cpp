#include "close_frame.h"

#include "utf8.h"

#include "berth/websocket.h"

#include <cstring>

namespace berth::websocket {
namespace {

constexpr size_t kCodeSize = 2;
constexpr uint32_t kFirstOfLibraries = 3000, kLastOfApplications = 4999;

}  // namespace

CloseFrame parse_close(std::span<const uint8_t> payload) {
    CloseFrame close;
    if (payload.empty()) {
        close.code = BERTH_WS_NO_CODE;
        return close;
    }
    if (payload.size() < kCodeSize) {
        close.fault = BERTH_WS_PROTOCOL_ERROR;
        return close;
    }
    close.code = static_cast<uint16_t>(payload[0] << 8 | payload[1]);
    const auto reason = payload.subspan(kCodeSize);
    if (!is_close_code(close.code)) {
        close.fault = BERTH_WS_PROTOCOL_ERROR;
    } else if (!is_utf8(reason)) {
        close.fault = BERTH_WS_NOT_UTF8;
    }
    close.reason = {reinterpret_cast<const char*>(reason.data()), reason.size()};
    return close;
}

// 1004 to 1006 and 1015 are never sent; those that nobody has registered are not ours to accept.
bool is_close_code(uint32_t code) {
    const bool registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    return registered || (code >= kFirstOfLibraries && code <= kLastOfApplications);
}

size_t write_close(uint32_t code, std::string_view reason, uint8_t* out) {
    if (code == 0) {
        return 0;
    }
    out[0] = static_cast<uint8_t>(code >> 8);
    out[1] = static_cast<uint8_t>(code);
    if (!reason.empty()) {
        std::memcpy(out + kCodeSize, reason.data(), reason.size());
    }
    return kCodeSize + reason.size();
}

}  // namespace berth::websocket
