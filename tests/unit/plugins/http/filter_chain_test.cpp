#include "filter_chain.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

// The hooks that a filter has, by letter: q request, r response, b body, l log, d destroy.
berth_http_filter_ops ops_with(uint32_t phase, std::string_view hooks) {
    const auto has = [hooks](char hook) { return hooks.find(hook) != hooks.npos; };
    berth_http_filter_ops ops{};
    ops.phase = phase;
    if (has('q')) {
        ops.on_request = [](void*, berth_http_req*) { return BERTH_OK + 0; };
    }
    if (has('r')) {
        ops.on_response = [](void*, berth_http_req*, berth_http_resp*) { return BERTH_OK + 0; };
    }
    if (has('b')) {
        ops.on_resp_body = [](void*, berth_http_req*, berth_segs*, berth_segs*, int32_t) {
            return BERTH_OK + 0;
        };
    }
    if (has('l')) {
        ops.on_log = [](void*, berth_http_req*, const berth_http_resp*, uint64_t, uint64_t) {};
    }
    if (has('d')) {
        ops.on_destroy = [](void*, berth_http_req*) {};
    }
    return ops;
}

std::string numbers(std::span<const FilterUse> filters) {
    std::string text;
    for (const FilterUse& filter : filters) {
        text += std::to_string(filter.number);
    }
    return text;
}

TEST(FilterChain, has_a_list_for_each_hook_by_phase_and_then_as_configured) {
    const berth_http_filter_ops late = ops_with(BERTH_PHASE_LOG, "ql"),
                                early = ops_with(BERTH_PHASE_ACCESS, "qrd"),
                                middle = ops_with(BERTH_PHASE_TRANSFORM, "rb"),
                                middle_too = ops_with(BERTH_PHASE_TRANSFORM, "qrbld");
    const FilterChain chain({{&late, nullptr, 1, 0, false},
                             {&middle, nullptr, 2, 0, false},
                             {&early, nullptr, 3, 0, false},
                             {&middle_too, nullptr, 4, 0, false}});
    EXPECT_EQ(chain.size(), 4u);
    EXPECT_EQ(numbers(chain.on_request()), "341");
    EXPECT_EQ(numbers(chain.on_response()), "423");  // the other way round
    EXPECT_EQ(numbers(chain.on_resp_body()), "42");
    EXPECT_EQ(numbers(chain.on_log()), "41");
    EXPECT_EQ(numbers(chain.on_destroy()), "34");
    EXPECT_EQ(numbers(chain.all()), "3241");
    EXPECT_EQ(chain.find(FilterUse{&middle, nullptr, 2, 0, false})->slot, 1u);
    EXPECT_EQ(chain.on_request()[0].slot, 0u);
    EXPECT_EQ(chain.on_response()[0].slot, 2u);
    EXPECT_EQ(chain.on_log()[1].slot, 3u);
}

TEST(FilterChain, may_be_empty) {
    EXPECT_TRUE(FilterChain().empty());
    EXPECT_TRUE(FilterChain().on_request().empty());
}

}  // namespace
}  // namespace berth::http
