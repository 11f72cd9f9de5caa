// Compressed messages and offers of compression. What a client sends never becomes more than is
// allowed; what we send can be read again; an offer that was accepted is accepted again in the
// words of our answer, on the same terms.
#include "deflate_offer.h"
#include "message_deflate.h"
#include "support/fuzz_input.h"

#include "berth/cpp/text.hpp"

#include <string>
#include <vector>

namespace {

using berth::testing::require;
using berth::websocket::choose_deflate;
using berth::websocket::deflate_answer;
using berth::websocket::DeflateTerms;
using berth::websocket::MessageDeflate;
using Outcome = MessageDeflate::Outcome;

constexpr uint64_t kBytesMax = 256 * 1024;

MessageDeflate& shared() {
    static MessageDeflate deflate;
    return deflate;
}

void check_message(std::span<const uint8_t> bytes) {
    std::vector<uint8_t> first, second;
    const Outcome outcome = shared().inflate(bytes, kBytesMax, first);
    require(outcome != Outcome::kGood || first.size() <= kBytesMax);
    require(first.size() <= 3 * kBytesMax);
    require(outcome == MessageDeflate().inflate(bytes, kBytesMax, second));
    require(outcome != Outcome::kGood || first == second);
}

void check_round_trip(std::span<const uint8_t> bytes) {
    for (const int window : {9, 15}) {
        std::vector<uint8_t> compressed, whole;
        require(shared().deflate({&bytes, 1}, window, compressed));
        const Outcome outcome = shared().inflate(compressed, kBytesMax, whole);
        require(outcome == Outcome::kGood);
        require(std::equal(bytes.begin(), bytes.end(), whole.begin(), whole.end()));
    }
}

DeflateTerms terms_of(std::string_view offer) {
    const berth_header field{berth::sdk::sv("sec-websocket-extensions"), berth::sdk::sv(offer)};
    berth_http_req request{};
    request.headers = &field;
    request.n_headers = 1;
    return choose_deflate(request);
}

void check_offer(std::string_view text) {
    const DeflateTerms terms = terms_of(text);
    if (!terms.agreed) {
        return;
    }
    require(text.find("permessage-deflate") != std::string_view::npos);
    require(terms.window_bits >= 9 && terms.window_bits <= 15);
    const DeflateTerms again = terms_of(deflate_answer(terms));
    require(again.agreed && again.window_bits == terms.window_bits);
    require(again.names_window == terms.names_window);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span<const uint8_t> bytes(data, size);
    check_message(bytes);
    if (size <= 4096) {
        check_round_trip(bytes);
    }
    check_offer({reinterpret_cast<const char*>(data), size});
    return 0;
}
