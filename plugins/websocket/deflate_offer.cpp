#include "deflate_offer.h"

#include "berth/cpp/text.hpp"

#include <array>
#include <optional>

namespace berth::websocket {
namespace {

constexpr int kWindowMin = 8, kWindowMax = 15;
constexpr int kOwnWindowMin = 9;  // zlib cannot write a raw stream with 8

struct Parameter {
    std::string_view name;
    std::optional<std::string_view> value;
};

// False: a value that is neither a token nor a quoted one.
bool parse_parameter(std::string_view text, Parameter& parameter) {
    const size_t equals = text.find('=');
    parameter.name = sdk::trim(text.substr(0, equals));
    if (equals == std::string_view::npos) {
        return sdk::is_token(parameter.name);
    }
    std::string_view value = sdk::trim(text.substr(equals + 1));
    if (value.size() > 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);  // RFC 6455 9.1: what is inside is a token
    }
    parameter.value = value;
    return sdk::is_token(parameter.name) && sdk::is_token(value);
}

std::optional<int> window_of(std::string_view value) {
    const auto bits = value.front() == '0' ? std::nullopt : sdk::parse_decimal(value);
    const bool fits = bits && *bits >= kWindowMin && *bits <= kWindowMax;
    return fits ? std::optional<int>(static_cast<int>(*bits)) : std::nullopt;
}

// One offer, parameter by parameter.
class Offer {
public:
    // False: it must be declined.
    bool take(const Parameter& parameter) {
        constexpr std::array<std::string_view, 4> kNames{"server_no_context_takeover",
                                                         "client_no_context_takeover",
                                                         "server_max_window_bits",
                                                         "client_max_window_bits"};
        for (size_t i = 0; i < kNames.size(); ++i) {
            if (parameter.name == kNames[i]) {
                const bool repeated = seen_[i];
                seen_[i] = true;
                return !repeated && is_good(i, parameter.value);
            }
        }
        return false;
    }
    DeflateTerms terms;

private:
    bool is_good(size_t which, std::optional<std::string_view> value) {
        if (which < 2) {
            return !value;
        }
        const auto bits = value ? window_of(*value) : std::nullopt;
        if (which == 3) {
            return !value || bits;
        }
        if (!bits || *bits < kOwnWindowMin) {
            return false;
        }
        terms.window_bits = *bits;
        terms.names_window = true;
        return true;
    }

    std::array<bool, 4> seen_{};
};

DeflateTerms judge_offer(std::string_view text) {
    if (sdk::next_item(text, ';') != "permessage-deflate") {
        return {};
    }
    Offer offer;
    while (!text.empty()) {
        Parameter parameter;
        if (!parse_parameter(sdk::next_item(text, ';'), parameter) || !offer.take(parameter)) {
            return {};
        }
    }
    offer.terms.agreed = true;
    return offer.terms;
}

}  // namespace

DeflateTerms choose_deflate(const berth_http_req& request) {
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        if (sdk::view(request.headers[i].name) != "sec-websocket-extensions") {
            continue;
        }
        std::string_view list = sdk::view(request.headers[i].value);
        while (!list.empty()) {
            const DeflateTerms terms = judge_offer(sdk::next_item(list));
            if (terms.agreed) {
                return terms;
            }
        }
    }
    return {};
}

std::string deflate_answer(const DeflateTerms& terms) {
    std::string text = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    if (terms.names_window) {
        text += "; server_max_window_bits=" + std::to_string(terms.window_bits);
    }
    return text;
}

}  // namespace berth::websocket
