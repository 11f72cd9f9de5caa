#include "conditional_fields.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::file {
namespace {

std::string_view joined(const berth_host* host, const berth_http_req& req, uint32_t id) {
    const berth_header& first = req.headers[req.known[id] - 1];
    const std::string_view name = sdk::view(first.name);
    std::string all;
    for (uint32_t i = req.known[id]; i < req.n_headers; ++i) {
        if (sdk::view(req.headers[i].name) == name) {
            all.append(all.empty() ? sdk::view(first.value) : std::string_view());
            all.append(", ").append(sdk::view(req.headers[i].value));
        }
    }
    return all.empty() ? sdk::view(first.value) : sdk::view(sdk::arena_copy(host, req.arena, all));
}

}  // namespace

Conditions conditions_of(const berth_host* host, const berth_http_req& req) {
    const auto field = [&](uint32_t id) -> std::optional<std::string_view> {
        if (id >= req.n_known || req.known[id] == 0) {
            return std::nullopt;
        }
        return joined(host, req, id);
    };
    return {field(BERTH_H_IF_MATCH),
            field(BERTH_H_IF_NONE_MATCH),
            field(BERTH_H_IF_MODIFIED_SINCE),
            field(BERTH_H_IF_UNMODIFIED_SINCE),
            field(BERTH_H_IF_RANGE)};
}

}  // namespace berth::file
