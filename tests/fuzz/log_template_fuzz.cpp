// A line of one's own, from any text and any request: refused with a reason, or one line of
// printable ASCII that fits its room.
#include "log/log_template.h"
#include "support/fuzz_input.h"

#include <string>
#include <vector>

namespace {

using namespace berth::http;
using berth::testing::FuzzInput;
using berth::testing::require;

void check_line(const LogTemplate& lines, const LogRecord& record) {
    DateCache now;
    now.refresh(record.microseconds);
    std::vector<char> room(kLogLineMax);
    const size_t size = lines.write(record, now, room.data());
    require(size > 0 && size <= kLogLineMax && room[size - 1] == '\n');
    for (size_t i = 0; i + 1 < size; ++i) {
        require(room[i] >= ' ' && room[i] <= '~');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, size);
    const std::string text = input.part();
    std::string problem;
    const auto lines = LogTemplate::parse(text, problem);
    require(lines.has_value() == problem.empty());
    if (!lines) {
        return 0;
    }
    const std::string name = input.part(), value = input.part(), target = input.part();
    const berth_header field{berth::sdk::sv(name), berth::sdk::sv(value)};
    berth_http_req request{};
    request.headers = &field;
    request.n_headers = 1;
    request.method_sv = request.login = request.authority = berth::sdk::sv(value);
    request.raw_target = berth::sdk::sv(target);
    check_line(*lines, {request, value, target, 200, size, size, value});
    return 0;
}
