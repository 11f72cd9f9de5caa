#include "berth/cpp/accept_encoding.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

// A weight is one to 1000, blanks around items change nothing, and two fields say what one with
// both does.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace berth::sdk;
    const std::string_view field(reinterpret_cast<const char*>(data), size);
    AcceptEncoding whole, spaced, halves;
    whole.add(field);
    std::string wide;
    for (std::string_view rest = field; !rest.empty();) {
        wide.append(" \t").append(berth::sdk::next_item(rest)).append(" ,");
    }
    spaced.add(wide);
    const size_t comma = field.find(',', size / 2);
    halves.add(field.substr(0, comma));
    halves.add(comma == std::string_view::npos ? std::string_view() : field.substr(comma + 1));
    for (const Coding coding : {Coding::kIdentity, Coding::kGzip, Coding::kBrotli, Coding::kZstd}) {
        const uint16_t weight = whole.weight(coding);
        if (weight > 1000 || weight != spaced.weight(coding) || weight != halves.weight(coding)) {
            std::abort();
        }
    }
    return 0;
}
