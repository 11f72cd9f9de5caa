#include "tls/client_hello.h"

namespace berth {
namespace {

constexpr uint8_t kHostName = 0;
constexpr size_t kNameMax = 255;

// Takes a length of two bytes and as many bytes from the front of `input`.
std::optional<std::span<const uint8_t>> take_vector(std::span<const uint8_t>& input) {
    if (input.size() < 2) {
        return std::nullopt;
    }
    const size_t length = size_t{input[0]} << 8 | input[1];
    if (input.size() - 2 < length) {
        return std::nullopt;
    }
    const auto body = input.subspan(2, length);
    input = input.subspan(2 + length);
    return body;
}

std::string_view as_text(std::span<const uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::optional<std::string_view> parse_server_name(std::span<const uint8_t> extension) {
    auto list = take_vector(extension);
    if (!list || !extension.empty() || list->empty()) {
        return std::nullopt;
    }
    std::string_view host;
    while (!list->empty()) {
        const uint8_t type = list->front();
        *list = list->subspan(1);
        const auto name = take_vector(*list);
        if (!name) {
            return std::nullopt;
        }
        if (type != kHostName) {
            continue;
        }
        // One name of each type; a NUL inside would end the name early for others.
        if (!host.empty() || name->empty() || name->size() > kNameMax ||
            as_text(*name).find('\0') != std::string_view::npos) {
            return std::nullopt;
        }
        host = as_text(*name);
    }
    return host;
}

}  // namespace berth
