#include "accept_encoding.h"

#include "berth/cpp/text.hpp"

#include <optional>

namespace berth::compress {
namespace {

constexpr std::array<std::string_view, kCodings> kNames = {"identity", "gzip", "br", "zstd"};
constexpr uint16_t kWhole = 1000;

// RFC 9110 12.4.2: 0, 1, and up to three digits behind a dot.
std::optional<uint16_t> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
        (text.size() > 1 && text[1] != '.')) {
        return std::nullopt;
    }
    auto value = static_cast<unsigned>(text[0] - '0') * kWhole;
    unsigned unit = kWhole / 10;
    for (const char digit : text.substr(text.size() > 1 ? 2 : 1)) {
        if (!sdk::is_digit(digit)) {
            return std::nullopt;
        }
        value += static_cast<unsigned>(digit - '0') * unit;
        unit /= 10;
    }
    return value <= kWhole ? std::optional(static_cast<uint16_t>(value)) : std::nullopt;
}

// The weight behind a coding: nothing is 1.
std::optional<uint16_t> parse_parameter(std::string_view rest) {
    if (rest.empty()) {
        return kWhole;
    }
    rest = sdk::trim(rest.substr(1));
    if (rest.size() < 2 || sdk::to_lower(rest[0]) != 'q' || rest[1] != '=') {
        return std::nullopt;
    }
    return parse_weight(rest.substr(2));
}

}  // namespace

std::string_view name_of(Coding coding) {
    return kNames[static_cast<size_t>(coding)];
}

void AcceptEncoding::add(std::string_view field) {
    while (!field.empty()) {
        const std::string_view item = sdk::next_item(field);
        const size_t semicolon = item.find(';');
        std::string_view name = sdk::trim(item.substr(0, semicolon));
        const auto weight = parse_parameter(
            semicolon == std::string_view::npos ? std::string_view() : item.substr(semicolon));
        if (!weight) {
            continue;
        }
        if (name == "*") {
            others_ = *weight;
            continue;
        }
        if (sdk::equal_ignoring_case(name, "x-gzip")) {  // RFC 9110 8.4.1.3
            name = "gzip";
        }
        for (size_t i = 0; i < kCodings; ++i) {
            if (sdk::equal_ignoring_case(name, kNames[i])) {
                said_[i] = *weight;
            }
        }
    }
}

uint16_t AcceptEncoding::weight(Coding coding) const {
    const uint16_t said = said_[static_cast<size_t>(coding)];
    if (said != kUnsaid) {
        return said;
    }
    if (coding == Coding::kIdentity) {
        return others_ == 0 ? 0 : 1;
    }
    return others_ == kUnsaid ? 0 : others_;
}

}  // namespace berth::compress
