#include "tls/base64.h"

#include <cstdlib>

// Any bytes survive, and what is accepted as text is what would have been written for its bytes.
// The first byte chooses the form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) {
        return 0;
    }
    const berth::Base64Form form = {(data[0] & 1) != 0, (data[0] & 2) != 0};
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (berth::base64_bytes(berth::base64_text(input, form), form) != input) {
        std::abort();
    }
    const auto bytes = berth::base64_bytes(input, form);
    if (bytes && berth::base64_text(*bytes, form) != input) {
        std::abort();
    }
    return 0;
}
