// What the Accept-Encoding fields of a request ask for.
#ifndef BERTH_CPP_ACCEPT_ENCODING_HPP
#define BERTH_CPP_ACCEPT_ENCODING_HPP

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::sdk {

enum class Coding : std::uint8_t { kIdentity, kGzip, kBrotli, kZstd };
constexpr std::size_t kCodings = 4;

// As Content-Encoding has it.
constexpr std::string_view name_of(Coding coding) {
    constexpr std::array<std::string_view, kCodings> kNames = {"identity", "gzip", "br", "zstd"};
    return kNames[static_cast<std::size_t>(coding)];
}

constexpr std::uint16_t kWholeWeight = 1000;

// A weight in thousandths (RFC 9110 12.4.2): 0, 1, and up to three digits behind a dot.
constexpr std::optional<std::uint16_t> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
        (text.size() > 1 && text[1] != '.')) {
        return std::nullopt;
    }
    auto value = static_cast<unsigned>(text[0] - '0') * kWholeWeight;
    unsigned unit = kWholeWeight / 10;
    for (const char digit : text.substr(text.size() > 1 ? 2 : 1)) {
        if (!is_digit(digit)) {
            return std::nullopt;
        }
        value += static_cast<unsigned>(digit - '0') * unit;
        unit /= 10;
    }
    return value <= kWholeWeight ? std::optional(static_cast<std::uint16_t>(value)) : std::nullopt;
}

// RFC 9110 12.5.3.
class AcceptEncoding {
public:
    // One field. Items that are not in the grammar count as if they were not there.
    void add(std::string_view field) {
        while (!field.empty()) {
            const std::string_view item = next_item(field);
            const std::size_t semicolon = item.find(';');
            const auto weight = parse_parameter(
                semicolon == std::string_view::npos ? std::string_view() : item.substr(semicolon));
            if (weight) {
                set(trim(item.substr(0, semicolon)), *weight);
            }
        }
    }

    // Thousandths of how much the coding is wanted; 0: not acceptable. Identity is acceptable
    // unless it is said not to be, but anything that is asked for is better.
    std::uint16_t weight(Coding coding) const {
        const std::uint16_t said = said_[static_cast<std::size_t>(coding)];
        if (said != kUnsaid) {
            return said;
        }
        if (coding == Coding::kIdentity) {
            return others_ == 0 ? 0 : 1;
        }
        return others_ == kUnsaid ? std::uint16_t{0} : others_;
    }

private:
    static constexpr std::uint16_t kUnsaid = 0xffff;

    void set(std::string_view name, std::uint16_t weight) {
        if (name == "*") {
            others_ = weight;
            return;
        }
        if (equal_ignoring_case(name, "x-gzip")) {  // RFC 9110 8.4.1.3
            name = "gzip";
        }
        for (std::size_t i = 0; i < kCodings; ++i) {
            if (equal_ignoring_case(name, name_of(static_cast<Coding>(i)))) {
                said_[i] = weight;
            }
        }
    }

    // The weight behind a coding: nothing is 1.
    static std::optional<std::uint16_t> parse_parameter(std::string_view rest) {
        if (rest.empty()) {
            return kWholeWeight;
        }
        rest = trim(rest.substr(1));
        if (rest.size() < 2 || to_lower(rest[0]) != 'q' || rest[1] != '=') {
            return std::nullopt;
        }
        return parse_weight(rest.substr(2));
    }

    std::array<std::uint16_t, kCodings> said_{kUnsaid, kUnsaid, kUnsaid, kUnsaid};
    std::uint16_t others_ = kUnsaid;  // "*"
};

inline AcceptEncoding accept_encoding_of(const berth_http_req& req) {
    AcceptEncoding accepted;
    if (berth_known(&req, BERTH_H_ACCEPT_ENCODING).p == nullptr) {
        return accepted;
    }
    for (std::uint32_t i = 0; i < req.n_headers; ++i) {
        if (view(req.headers[i].name) == "accept-encoding") {
            accepted.add(view(req.headers[i].value));
        }
    }
    return accepted;
}

}  // namespace berth::sdk

#endif
