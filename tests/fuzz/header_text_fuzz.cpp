// Texts of headers: TEXT, or TEXT 0xFF LIST. Numbers and dates that are accepted print to
// themselves; tokens, lists, comparisons and searches agree with plain loops.
#include "byte_scan.h"
#include "known_fields.h"
#include "support/fuzz_input.h"

#include "berth/cpp/text.hpp"

#include <cstring>
#include <string>
#include <vector>

namespace {

using namespace berth;
using testing::require;

constexpr std::string_view kDigits = "0123456789abcdef";

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

bool consists_of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string without_zeros(const std::string& digits) {
    const size_t first = digits.find_first_not_of('0');
    return first == std::string::npos ? "0" : digits.substr(first);
}

void check_number(const std::string& text) {
    char out[sdk::kNumberSize];
    const std::string digits = lower(text);
    const std::string kLargest = "18446744073709551615";
    const auto decimal = sdk::parse_decimal(text);
    const std::string significant = without_zeros(digits);
    const bool fits = significant.size() < kLargest.size() ||
                      (significant.size() == kLargest.size() && significant <= kLargest);
    require(decimal.has_value() == (consists_of(digits, kDigits.substr(0, 10)) && fits));
    require(!decimal || significant == std::string(out, sdk::format_decimal(*decimal, out)));
    const auto hex = sdk::parse_hex(text);
    require(hex.has_value() == (consists_of(digits, kDigits) && significant.size() <= 16));
    require(!hex || significant == std::string(out, sdk::format_hex(*hex, out)));
}

void check_date(const std::string& text) {
    const auto seconds = sdk::parse_http_date(text);
    if (seconds) {
        const auto again = sdk::format_http_date(*seconds);
        const bool leap_second = text.compare(23, 2, "60") == 0;
        require(leap_second || text == std::string(again.data(), again.size()));
    }
    int64_t any = 0;
    std::memcpy(&any, text.data(), std::min(text.size(), sizeof any));
    const auto printed = sdk::format_http_date(any);
    const int64_t nearest = std::min(std::max(any, sdk::kHttpDateMin), sdk::kHttpDateMax);
    require(sdk::parse_http_date({printed.data(), printed.size()}) == nearest);
}

void check_token(const std::string& text) {
    const std::string_view characters =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    require(sdk::is_token(text) == consists_of(text, characters));
    require(http::is_name(text) == sdk::is_token(text));
    require(http::is_lower_name(text) == (sdk::is_token(text) && text == lower(text)));
    require(http::known_field(text) == http::known_field(lower(text)));
    require(http::known_field(text) == BERTH_H_COUNT || sdk::is_token(text));
    const uint8_t method = http::known_method(text);
    require(method == BERTH_M_OTHER || http::kMethodNames[method] == text);
}

void check_searches(std::string_view text) {
    bool visible = true, value = true;
    for (size_t i = text.size() + 1; i-- > 0;) {
        require(http::all_visible(text.substr(i)) == visible);
        require(http::is_field_value(text.substr(i)) == value);
        if (i > 0) {
            const auto byte = static_cast<unsigned char>(text[i - 1]);
            visible = visible && byte > 32 && byte < 127;
            value = value && (byte >= 32 || byte == '\t') && byte != 127;
        }
    }
}

void check_list(const std::string& item, const std::string& list) {
    std::string again;
    std::vector<std::string> items;
    for (std::string_view rest = list; !rest.empty();) {
        const size_t before = rest.size();
        const std::string_view one = sdk::next_item(rest);
        require(rest.size() < before && sdk::trim(one) == one &&
                one.find(',') == std::string_view::npos);
        items.emplace_back(one);
        again.append(one).append(",");
    }
    bool among = false;
    std::string_view rest = again;
    for (const std::string& one : items) {
        among |= lower(one) == lower(item);
        require(sdk::next_item(rest) == one);
        require(sdk::equal_ignoring_case(one, item) == (lower(one) == lower(item)));
    }
    require(rest.empty() && sdk::list_contains(list, item) == among);
    require(static_cast<size_t>(std::count(list.begin(), list.end(), ',')) + 1 ==
            items.size() + (list.empty() || list.back() == ',' ? 1 : 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    testing::FuzzInput input(data, size);
    const std::string text = input.part();
    check_number(text);
    check_date(text);
    check_token(text);
    check_searches({reinterpret_cast<const char*>(data), std::min<size_t>(size, 128)});
    check_list(text, std::string(input.rest()));
    return 0;
}
