#include "date_cache.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::http {
namespace {

constexpr uint64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put(char* out, std::string_view text) {
    std::copy(text.begin(), text.end(), out);
}

}  // namespace

void DateCache::refresh(uint64_t wall_us) {
    seconds_ = static_cast<int64_t>(wall_us / kMicrosecondsPerSecond);
    const auto formatted = sdk::format_http_date(seconds_);
    const std::string_view date(formatted.data(), formatted.size());
    const std::string_view day = date.substr(5, 2), month = date.substr(8, 3);
    const std::string_view year = date.substr(12, 4), time = date.substr(17, 8);

    put(fields_.data(), kBlank);
    put(fields_.data() + kBlank.size() - 2 - date.size(), date);

    put(log_.data(), "00/Mmm/0000:00:00:00 +0000");
    put(log_.data(), day);
    put(log_.data() + 3, month);
    put(log_.data() + 7, year);
    put(log_.data() + 12, time);

    const auto number = static_cast<unsigned>(kMonths.find(month) / 3 + 1);
    put(iso_.data(), "0000-00-00T00:00:00Z");
    put(iso_.data(), year);
    iso_[5] = static_cast<char>('0' + number / 10);
    iso_[6] = static_cast<char>('0' + number % 10);
    put(iso_.data() + 8, day);
    put(iso_.data() + 11, time);
}

}  // namespace berth::http
