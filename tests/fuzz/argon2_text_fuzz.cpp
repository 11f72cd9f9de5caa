#include "tls/argon2_text.h"
#include "tls/password_hash.h"

#include <cstdlib>

// What is accepted is written back as it was; the check of every other kind of hash ends, too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parameters = berth::parse_argon2(text);
    if (parameters && berth::argon2_text(*parameters) != text) {
        std::abort();
    }
    const berth::HashProblem problem = berth::check_password_hash(text);
    if (parameters && problem != berth::HashProblem::kNone &&
        problem != berth::HashProblem::kTooDear) {
        std::abort();
    }
    return 0;
}
