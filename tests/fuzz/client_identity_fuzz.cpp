#include "client_identity.h"

#include <cstdlib>
#include <string>

namespace {

// What the client sent, and behind it what a trusted proxy added: the proxy's word counts, whatever
// the client's was.
bool is_stable(const std::string& sent, bool forwarded) {
    berth::http::Trust trust;
    trust.forwarded = forwarded;
    if (trust.proxies.add("10.0.0.0/8") != nullptr) {
        return false;
    }
    const std::string added = forwarded ? ", for=\"[2001:db8::7]\"" : ", 2001:db8::7";
    const std::string value = sent + added;
    const berth_header field{berth::sdk::sv(forwarded ? "forwarded" : "x-forwarded-for"),
                             berth::sdk::sv(value)};
    const berth_ip client =
        berth::http::client_address(trust, *berth::sdk::parse_ip("10.0.0.1"), {&field, 1});
    return berth::sdk::same_ip(client, *berth::sdk::parse_ip("2001:db8::7"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string sent(reinterpret_cast<const char*>(data), size);
    if (!is_stable(sent, false) || !is_stable(sent, true)) {
        std::abort();
    }
    std::string_view list = sent;
    while (!list.empty()) {
        const size_t before = list.size();
        const std::string_view element = berth::http::take_last_element(list);
        berth::http::forwarded_address(element);
        berth::http::forwarded_for_address(element);
        if (list.size() >= before) {
            std::abort();
        }
    }
    return 0;
}
