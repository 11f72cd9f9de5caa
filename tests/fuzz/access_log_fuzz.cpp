// A line of an access log, from texts as hostile as they come: it is one line of printable ASCII,
// no longer than the bound, fits the room that was asked for, and as JSON is an object that a
// reader of JSON takes.
#include "config/json_text.h"
#include "log/access_log.h"
#include "support/fuzz_input.h"

#include <array>
#include <string>
#include <vector>

namespace {

using namespace berth::http;
using berth::testing::FuzzInput;
using berth::testing::require;

constexpr size_t kJsonMembers = 13;

std::vector<char> room;
size_t committed = 0;

char* reserve(berth_sink* /*sink*/, size_t size) {
    require(size > 0 && size <= kLogLineMax);
    room = std::vector<char>(size);  // exactly, so that one byte more is seen
    return room.data();
}

void commit(berth_sink* /*sink*/, size_t size) {
    committed = size;
}

constexpr berth_log_ext kLog = {{sizeof(berth_log_ext), 0}, nullptr, reserve, commit};

berth_sv sv(const std::string& text) {
    return {text.data(), text.size()};
}

struct Request {
    explicit Request(FuzzInput& input) {
        request.version = input.byte();
        for (std::string& text : texts) {
            text = input.part();
        }
        headers[0].value = sv(texts[5]);
        headers[1].value = sv(texts[6]);
        known[BERTH_H_REFERER] = texts[5].empty() ? 0 : 1;
        known[BERTH_H_USER_AGENT] = texts[6].empty() ? 0 : 2;
        request.method_sv = sv(texts[2]);
        request.raw_target = sv(texts[3]);
        request.authority = sv(texts[4]);
        request.headers = headers.data();
        request.n_headers = static_cast<uint32_t>(headers.size());
        request.known = known.data();
        request.n_known = BERTH_H_COUNT;
    }

    std::array<std::string, 7> texts;  // client, site, method, target, authority, referer, agent
    std::array<berth_header, 2> headers{};
    std::array<uint16_t, BERTH_H_COUNT> known{};
    berth_http_req request{};
};

void check_line(std::string_view line, LogFormat format) {
    require(!line.empty() && line.size() <= kLogLineMax && line.back() == '\n');
    line.remove_suffix(1);
    for (const char c : line) {
        require(c >= 0x20 && c < 0x7f);
    }
    if (format == LogFormat::kJson) {
        const auto members = berth::parse_json_object(line);
        require(members.ok() && members.value().size() == kJsonMembers);
    } else {
        const size_t quotes = format == LogFormat::kShort    ? 0
                              : format == LogFormat::kCommon ? 2
                                                             : 6;
        require(static_cast<size_t>(std::count(line.begin(), line.end(), '"')) == quotes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, size);
    const uint64_t number = uint64_t{input.byte()} << (input.byte() % 64);
    Request request(input);
    DateCache now;
    now.refresh(number);
    const LogRecord record{request.request,
                           request.texts[0],
                           request.texts[1],
                           static_cast<uint32_t>(number),
                           number,
                           ~number,
                           {}};
    for (const LogFormat format :
         {LogFormat::kCommon, LogFormat::kCombined, LogFormat::kJson, LogFormat::kShort}) {
        AccessLog(kLog, nullptr, format).write(record, now);
        check_line({room.data(), committed}, format);
    }
    return 0;
}
