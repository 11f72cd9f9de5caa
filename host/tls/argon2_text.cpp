#include "tls/argon2_text.h"

#include "tls/base64.h"

#include <charconv>

namespace berth {
namespace {

constexpr std::string_view kHead = "$argon2id$v=19$m=";
constexpr size_t kSaltMin = 8, kSaltMax = 64, kTagMin = 16, kTagMax = 64;
constexpr uint32_t kMemoryPerLaneMin = 8;
constexpr Base64Form kForm = {.url = false, .bare = true};

// Takes the text off the front; false when it is not there.
bool skip(std::string_view& text, std::string_view expected) {
    const bool found = text.substr(0, expected.size()) == expected;
    text.remove_prefix(found ? expected.size() : 0);
    return found;
}

// Takes a number off the front, written without leading zeros; 0 is none.
uint32_t take_number(std::string_view& text) {
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || text.front() == '0') {
        return 0;
    }
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return value;
}

bool is_within(size_t size, size_t least, size_t most) {
    return size >= least && size <= most;
}

}  // namespace

std::optional<Argon2Parameters> parse_argon2(std::string_view text) {
    Argon2Parameters found;
    if (!skip(text, kHead) || (found.memory_kib = take_number(text)) == 0 || !skip(text, ",t=") ||
        (found.passes = take_number(text)) == 0 || !skip(text, ",p=") ||
        (found.lanes = take_number(text)) == 0 || !skip(text, "$")) {
        return std::nullopt;
    }
    const size_t end = text.find('$');
    const auto salt = base64_bytes(text.substr(0, end), kForm);
    const auto tag =
        end == std::string_view::npos ? std::nullopt : base64_bytes(text.substr(end + 1), kForm);
    if (!salt || !tag || !is_within(salt->size(), kSaltMin, kSaltMax) ||
        !is_within(tag->size(), kTagMin, kTagMax) ||
        found.memory_kib / kMemoryPerLaneMin < found.lanes) {
        return std::nullopt;
    }
    found.salt = *salt;
    found.tag = *tag;
    return found;
}

std::string argon2_text(const Argon2Parameters& parameters) {
    std::string text(kHead);
    text.append(std::to_string(parameters.memory_kib));
    text.append(",t=").append(std::to_string(parameters.passes));
    text.append(",p=").append(std::to_string(parameters.lanes));
    text.append("$").append(base64_text(parameters.salt, kForm));
    return text.append("$").append(base64_text(parameters.tag, kForm));
}

}  // namespace berth
