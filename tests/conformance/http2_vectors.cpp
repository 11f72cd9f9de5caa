// Prints the cases of http2_cases.h for tests that play them over sockets: group, case, outcome,
// errors and bytes in hex, between tabs.
#include "http2_cases.h"

#include <array>
#include <cstdio>
#include <string>

namespace {

using berth::testing::Http2Case;

constexpr std::array kOutcomes = {"alive", "answered", "stream", "connection"};

std::string hex(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

void print(const std::string& group, const Http2Case& c) {
    std::string errors;
    for (const uint32_t error : c.errors) {
        errors += std::to_string(error) + " ";
    }
    const char* const outcome = kOutcomes.at(static_cast<size_t>(c.outcome));
    const std::string line =
        group + "\t" + c.what + "\t" + outcome + "\t" + errors + "\t" + hex(c.bytes);
    std::puts(line.c_str());
}

}  // namespace

int main() {
    for (const auto& group : berth::testing::http2_groups()) {
        for (const Http2Case& c : group.cases) {
            print(group.name, c);
        }
    }
    return 0;
}
