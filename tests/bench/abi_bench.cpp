// What the plugin ABI costs: hello.so, called through its table, answers through a table of the
// program. A request of hello crosses it four times: on_data, on_request, respond, write.
#include "conformance/plugin_file.h"
#include "support/fake_host.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace {

using berth::testing::FakeHost;

uint64_t answered_bytes = 0;

berth_status count_answer(berth_http_req*,
                          const berth_http_resp*,
                          const berth_seg* segments,
                          uint32_t) {
    answered_bytes += segments->len;
    return BERTH_OK;
}

const berth_http_ext& counting_http() {
    static const berth_http_ext table = [] {
        berth_http_ext made{};
        made.h = BERTH_HDR(berth_http_ext);
        made.respond = count_answer;
        return made;
    }();
    return table;
}

void four_crossings(benchmark::State& state) {
    FakeHost host;
    host.provide(BERTH_HTTP_EXT, &counting_http());
    const berth_module& hello = berth::testing::open_plugin(berth::testing::plugin_path("hello"));
    void* inst = nullptr;
    if (host.load(hello) != BERTH_OK ||
        host.create(BERTH_HTTP_HANDLER_KIND,
                    "hello",
                    berth::testing::map({{"message", "Hello"}, {"keep_alive", true}}),
                    &inst) != BERTH_OK) {
        std::abort();
    }
    const auto& ops = *static_cast<const berth_http_handler_ops*>(
        host.factory(BERTH_HTTP_HANDLER_KIND, "hello")->ops);
    berth_http_req request{};
    for (auto _ : state) {
        ops.on_request(inst, &request);  // and respond()
        ops.on_request(inst, &request);
    }
    if (answered_bytes == 0) {
        std::abort();
    }
}

BENCHMARK(four_crossings);

}  // namespace
