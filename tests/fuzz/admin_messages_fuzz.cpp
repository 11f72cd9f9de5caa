// Lines of the admin socket: what is accepted is one object within the bound on depth and, written
// again, is read as the same; whatever a command prints arrives as one line that reads as what was
// printed.
#include "config/json_text.h"
#include "config/utf8.h"
#include "process/admin_server.h"
#include "support/fuzz_input.h"

#include <string>

namespace {

using namespace berth;
using testing::require;
using Members = std::map<std::string, std::string>;

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

bool is_utf8(const Members& members) {
    for (const auto& [name, text] : members) {
        if (!is_utf8(name) || !is_utf8(text)) {
            return false;
        }
    }
    return true;
}

// Brackets that are open at once, outside of texts.
size_t depth_of(std::string_view json) {
    size_t depth = 0, deepest = 0;
    bool quoted = false;
    for (size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted) {
            i += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        } else {
            quoted = c == '"';
        }
    }
    return deepest;
}

std::string written(const Members& members) {
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, text] : members) {
        json.member(name, text);
    }
    return json.end_object().text();
}

bool is_one_line(std::string_view text) {
    return std::none_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

void check_object(const std::string& line) {
    const auto members = parse_json_object(line);
    if (!members) {
        require(!members.error().message.empty());
        return;
    }
    constexpr size_t kDepthMax = 16;
    require(depth_of(line) <= kDepthMax);
    if (is_utf8(members.value())) {
        const std::string again = written(members.value());
        const auto same = parse_json_object(again);
        require(is_one_line(again) && same.ok() && same.value() == members.value());
    }
}

void check_request(const std::string& line) {
    const auto request = parse_admin_request(line);
    require(!request || (!request.value().command.empty() && request.value().caller == 0));
    require(!request || request.value().fields.at("command") == request.value().command);
}

void check_answer(const AdminAnswer& answer) {
    const std::string line = write_admin_answer(answer);
    require(is_one_line(line));
    const auto read = parse_admin_answer(line);
    require(read.ok() && read.value().exit == answer.exit);
    require(!is_utf8(answer.out) || read.value().out == answer.out);
    require(!is_utf8(answer.err) || read.value().err == answer.err);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string line(testing::FuzzInput(data, size).rest());
    check_object(line);
    check_request(line);
    if (const auto answer = parse_admin_answer(line)) {
        check_answer({answer.value().exit, answer.value().out, answer.value().err, {}});
    }
    check_answer({static_cast<int>(size), line, line.substr(size / 2), {}});
    return 0;
}
