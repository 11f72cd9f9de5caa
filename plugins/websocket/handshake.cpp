#include "handshake.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <optional>

namespace berth::websocket {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kVersion = "13";
constexpr size_t kKeySize = 16, kKeyTextSize = 24;
constexpr uint32_t kBadRequest = 400, kForbidden = 403, kUpgradeRequired = 426;

// A field that may be there once.
struct Single {
    std::string_view value;
    uint32_t count = 0;
};

Single find_single(const berth_http_req& request, std::string_view name) {
    Single found;
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        if (sdk::view(request.headers[i].name) == name) {
            found.value = sdk::view(request.headers[i].value);
            ++found.count;
        }
    }
    return found;
}

bool is_key(const berth_crypto_ext& crypto, std::string_view text) {
    std::array<uint8_t, BERTH_BASE64_DATA_SIZE(kKeyTextSize)> bytes{};
    size_t n = 0;
    return text.size() == kKeyTextSize &&
           crypto.base64_decode(0, sdk::sv(text), bytes.data(), &n) >= 0 && n == kKeySize;
}

// Host and port without the port that the scheme implies.
std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
    const std::string_view port = sdk::equal_ignoring_case(scheme, "https") ? ":443" : ":80";
    const bool ends =
        authority.size() > port.size() && authority.substr(authority.size() - port.size()) == port;
    return ends ? authority.substr(0, authority.size() - port.size()) : authority;
}

// The page that connects comes from the host that it connects to. Whether through TLS is not
// compared, because a proxy in front of us may have taken that off.
bool is_same_host(std::string_view origin, std::string_view authority) {
    const size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) {
        return false;  // "null", for one
    }
    const std::string_view name = origin.substr(0, scheme);
    return sdk::equal_ignoring_case(without_default_port(origin.substr(scheme + 3), name),
                                    without_default_port(authority, name));
}

bool allows_origin(const berth_http_req& request, const char* const* allowed) {
    const Single origin = find_single(request, "origin");
    if (origin.count == 0) {
        return true;  // not a browser: nothing to protect the user from
    }
    if (origin.count > 1) {
        return false;
    }
    if (allowed == nullptr) {
        return is_same_host(origin.value, sdk::view(request.authority));
    }
    for (; *allowed != nullptr; ++allowed) {
        const std::string_view one = *allowed;
        if (one == "*" || sdk::equal_ignoring_case(one, origin.value)) {
            return true;
        }
    }
    return false;
}

bool offers(const berth_http_req& request, std::string_view subprotocol) {
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        if (sdk::view(request.headers[i].name) != "sec-websocket-protocol") {
            continue;
        }
        std::string_view list = sdk::view(request.headers[i].value);
        while (!list.empty()) {
            if (sdk::next_item(list) == subprotocol) {
                return true;
            }
        }
    }
    return false;
}

std::string_view choose_subprotocol(const berth_http_req& request, const char* const* spoken) {
    for (; spoken != nullptr && *spoken != nullptr; ++spoken) {
        if (offers(request, *spoken)) {
            return *spoken;
        }
    }
    return {};
}

// What the way of asking decides, before anybody looks at what is asked for.
uint32_t judge_form(const berth_http_req& request) {
    const bool over_http2 = request.version == 20;
    if (!sdk::list_contains(sdk::view(request.protocol), "websocket")) {
        return over_http2 ? kBadRequest : kUpgradeRequired;
    }
    const bool right_method = request.method == (over_http2 ? BERTH_M_CONNECT : BERTH_M_GET);
    return right_method && (over_http2 || request.has_body == 0) ? 0 : kBadRequest;
}

}  // namespace

Handshake judge_handshake(const berth_http_req& request,
                          const berth_ws_options& options,
                          const berth_crypto_ext& crypto) {
    Handshake shake;
    shake.refused = judge_form(request);
    if (shake.refused != 0) {
        return shake;
    }
    const Single version = find_single(request, "sec-websocket-version");
    if (version.count != 1 || version.value != kVersion) {
        shake.refused = version.count == 1 ? kUpgradeRequired : kBadRequest;
        return shake;
    }
    if (request.version != 20) {
        const Single key = find_single(request, "sec-websocket-key");
        shake.key = key.value;
        if (key.count != 1 || !is_key(crypto, key.value)) {
            shake.refused = kBadRequest;
            return shake;
        }
    }
    if (!allows_origin(request, options.origins)) {
        shake.refused = kForbidden;
        return shake;
    }
    shake.subprotocol = choose_subprotocol(request, options.subprotocols);
    return shake;
}

AcceptText accept_text(const berth_crypto_ext& crypto, std::string_view key) {
    const std::array<berth_sv, 2> parts{sdk::sv(key), sdk::sv(kGuid)};
    std::array<uint8_t, BERTH_DIGEST_MAX> digest{};
    crypto.digest(BERTH_DIGEST_SHA1, parts.data(), parts.size(), digest.data());
    AcceptText text{};
    crypto.base64_encode(
        0,
        {reinterpret_cast<const char*>(digest.data()), berth_digest_size(BERTH_DIGEST_SHA1)},
        text.data());
    return text;
}

}  // namespace berth::websocket
