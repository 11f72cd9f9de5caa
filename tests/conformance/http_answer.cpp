#include "http_answer.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::testing {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::optional<HttpAnswer> parse_head(std::string_view head) {
    HttpAnswer answer;
    const auto status =
        head.substr(0, 9) == "HTTP/1.1 " ? sdk::parse_decimal(head.substr(9, 3)) : std::nullopt;
    if (!status) {
        return std::nullopt;
    }
    answer.status = static_cast<int>(*status);
    size_t at = head.find(kLineEnd);
    while (at != head.npos) {
        at += kLineEnd.size();
        const size_t end = head.find(kLineEnd, at);
        const std::string_view line = head.substr(at, end == head.npos ? end : end - at);
        const size_t colon = line.find(": ");
        if (colon == line.npos) {
            return std::nullopt;
        }
        std::string name(line.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), sdk::to_lower);
        answer.fields.emplace_back(std::move(name), line.substr(colon + 2));
        at = end;
    }
    return answer;
}

}  // namespace

std::vector<std::string> HttpAnswer::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [known, value] : fields) {
        if (known == name) {
            values.push_back(value);
        }
    }
    return values;
}

std::string HttpAnswer::field(std::string_view name) const {
    const std::vector<std::string> values = all(name);
    return values.size() == 1 ? values.front() : std::string();
}

std::optional<HttpAnswer> take_http_answer(std::string& bytes, bool bodyless) {
    const size_t end = bytes.find("\r\n\r\n");
    std::optional<HttpAnswer> answer =
        end == bytes.npos ? std::nullopt : parse_head(std::string_view(bytes).substr(0, end));
    if (!answer) {
        return std::nullopt;
    }
    const uint64_t length =
        bodyless ? 0 : sdk::parse_decimal(answer->field("content-length")).value_or(0);
    const size_t body = end + 4;
    if (bytes.size() - body < length) {
        return std::nullopt;
    }
    answer->body = bytes.substr(body, length);
    bytes.erase(0, body + length);
    return answer;
}

}  // namespace berth::testing
