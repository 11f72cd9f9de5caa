#include "h1/h1_parser.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using berth::http::Head;
using berth::http::HeadLimits;
using berth::http::HeadProgress;
using berth::http::HeadState;

constexpr std::string_view kShort =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /shop/items/42?colour=blue&size=m HTTP/1.1\r\n"
    "Host: shop.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: "
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://shop.example.com/shop/items\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; seen=1; basket=42,43,44\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Priority: u=0, i\r\n\r\n";

std::string with_fields(int count) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < count; ++i) {
        text += "X-Field-" + std::to_string(i) + ": some value of a usual length\r\n";
    }
    return text + "\r\n";
}

void parse_whole(benchmark::State& state, std::string_view text) {
    Head head;
    for (auto _ : state) {
        HeadProgress progress;
        const auto result = parse_head(text, HeadLimits{}, progress, head);
        if (result.state != HeadState::kComplete) {
            std::abort();
        }
        benchmark::DoNotOptimize(head.fields.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

// A slow sender: the same head, one more byte with each call.
void parse_byte_by_byte(benchmark::State& state) {
    Head head;
    for (auto _ : state) {
        HeadProgress progress;
        auto result = HeadState::kPartial;
        for (size_t n = 1; n <= kBrowser.size(); ++n) {
            result = parse_head(kBrowser.substr(0, n), HeadLimits{}, progress, head).state;
        }
        if (result != HeadState::kComplete) {
            std::abort();
        }
    }
}

BENCHMARK_CAPTURE(parse_whole, curl, kShort);
BENCHMARK_CAPTURE(parse_whole, browser, kBrowser);
BENCHMARK_CAPTURE(parse_whole, 100_fields, with_fields(100));
BENCHMARK(parse_byte_by_byte);

}  // namespace
