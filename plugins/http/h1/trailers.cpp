#include "h1/trailers.h"

#include "known_fields.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

std::span<const berth_header> read_trailers(const berth_host& host,
                                            berth_arena* arena,
                                            std::string_view lines) {
    const auto n_max = static_cast<size_t>(std::count(lines.begin(), lines.end(), '\n'));
    auto* const fields =
        static_cast<berth_header*>(berth_alloc(&host, arena, n_max * sizeof(berth_header)));
    auto* const names = static_cast<char*>(berth_alloc(&host, arena, lines.size()));
    const berth_sv kept = sdk::arena_copy(&host, arena, lines);
    if (fields == nullptr || names == nullptr || kept.p == nullptr) {
        return {};
    }
    std::transform(lines.begin(), lines.end(), names, sdk::to_lower);
    const std::string_view text = sdk::view(kept);
    size_t n = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = text.find(kLineEnd, at);
        const size_t colon = text.find(':', at);
        const std::string_view name(names + at, colon - at);
        if (known_field(name) == BERTH_H_COUNT) {
            const std::string_view value = sdk::trim(text.substr(colon + 1, end - colon - 1));
            fields[n++] = {sdk::sv(name), sdk::sv(value)};
        }
        at = end + kLineEnd.size();
    }
    return {fields, n};
}

}  // namespace berth::http
