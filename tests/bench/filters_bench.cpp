// A route without filters beside the same route with five that do nothing: requests sent ahead, 64
// in one read, to the http plugin in a fake host.
#include "support/fake_host.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <string>

namespace {

using namespace berth;
using berth::testing::FakeHost;
using berth::testing::FakeStream;
using berth::testing::list;
using berth::testing::map;

constexpr int kRequests = 64;
constexpr std::array<const char*, 5> kFilters = {"one", "two", "three", "four", "five"};

const berth_http_ext* http = nullptr;

berth_status answer(void*, berth_http_req* request) {
    static constexpr berth_header kType = {{"content-type", 12}, {"text/plain", 10}};
    const berth_http_resp response = {BERTH_HDR(berth_http_resp), 200, 0, &kType, 1, 0, 0};
    const berth_seg segment = sdk::permanent("Hello World");
    const berth_status status = http->respond(request, &response, &segment, 1);
    return status < 0 ? status : BERTH_OK;
}

// One that looks at every request and every answer.
berth_http_filter_ops looking_filter() {
    berth_http_filter_ops ops{};
    ops.h = BERTH_HDR(berth_http_filter_ops);
    ops.phase = BERTH_PHASE_TRANSFORM;
    ops.on_request = [](void*, berth_http_req*) -> berth_status { return BERTH_OK; };
    ops.on_response = [](void*, berth_http_req*, berth_http_resp*) -> berth_status {
        return BERTH_OK;
    };
    return ops;
}

// One that is not asked: none of its functions is there.
berth_http_filter_ops idle_filter() {
    berth_http_filter_ops ops{};
    ops.h = BERTH_HDR(berth_http_filter_ops);
    ops.phase = BERTH_PHASE_TRANSFORM;
    return ops;
}

berth_cfg site(size_t filters) {
    berth_cfg uses = list({});
    for (size_t i = 0; i < filters; ++i) {
        uses.members.emplace_back("", map({{kFilters[i], map({})}}));
    }
    return list({map({{"site", "bench"},
                      {"listen", list({map({{"id", 0}, {"url", "http://a:1"}, {"tls", false}})})},
                      {"filters", uses},
                      {"answer", map({})}})});
}

void serve(benchmark::State& state, size_t filters, const berth_http_filter_ops& ops) {
    FakeHost host;
    berth_http_handler_ops handler_ops{};
    handler_ops.h = BERTH_HDR(berth_http_handler_ops);
    handler_ops.on_request = answer;
    berth_factory handler{};
    handler.kind = BERTH_HTTP_HANDLER_KIND;
    handler.name = "answer";
    handler.ops = &handler_ops;
    std::array<berth_factory, kFilters.size()> factories{};
    host.load(*berth_module_v1());
    const berth_host& table = host.table();
    http = static_cast<const berth_http_ext*>(table.get_extension(&table, BERTH_HTTP_EXT));
    host.make_usable(handler, nullptr);
    for (size_t i = 0; i < filters; ++i) {
        factories[i].kind = BERTH_HTTP_FILTER_KIND;
        factories[i].name = kFilters[i];
        factories[i].ops = &ops;
        host.make_usable(factories[i], &factories[i]);
    }
    void* inst = nullptr;
    if (host.create(BERTH_PROTOCOL_KIND, "http", site(filters), &inst) != BERTH_OK) {
        std::abort();
    }
    const auto* protocol =
        static_cast<const berth_protocol_ops*>(host.factory(BERTH_PROTOCOL_KIND, "http")->ops);
    FakeStream stream(host);
    stream.open(*protocol, inst, 0);
    std::string requests;
    for (int i = 0; i < kRequests; ++i) {
        requests += "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: h2load\r\n\r\n";
    }
    for (auto _ : state) {
        stream.output.clear();
        stream.receive(requests);
    }
    if (stream.output.size() < size_t{kRequests} * 100) {
        std::abort();
    }
    state.SetItemsProcessed(state.iterations() * kRequests);
}

BENCHMARK_CAPTURE(serve, none, 0, idle_filter());
BENCHMARK_CAPTURE(serve, five_without_functions, 5, idle_filter());
BENCHMARK_CAPTURE(serve, five_that_look, 5, looking_filter());

}  // namespace
