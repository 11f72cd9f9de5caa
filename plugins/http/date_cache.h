#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace berth::http {

// The current second as answers and logs write it. Its owner refreshes it when a second begins, so
// that a request formats no date and asks for no time.
class DateCache {
public:
    void refresh(uint64_t wall_us);

    // Since 1970.
    int64_t seconds() const { return seconds_; }
    // "Server: Berth\r\nDate: Sun, 22 Nov 2026 08:58:07 GMT\r\n"
    std::string_view head_fields() const { return {fields_.data(), fields_.size()}; }
    // "Sun, 22 Nov 2026 08:58:07 GMT"
    std::string_view date() const { return head_fields().substr(kBlank.size() - 31, 29); }
    // "22/Nov/2026:08:58:07 +0000"
    std::string_view log_time() const { return {log_.data(), log_.size()}; }
    // "2026-11-22T08:58:07Z"
    std::string_view iso_time() const { return {iso_.data(), iso_.size()}; }

private:
    static constexpr std::string_view kBlank =
        "Server: Berth\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

    int64_t seconds_ = 0;
    std::array<char, kBlank.size()> fields_{};
    std::array<char, 26> log_{};
    std::array<char, 20> iso_{};
};

}  // namespace berth::http
