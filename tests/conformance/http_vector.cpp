#include "http_vector.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string_view>

namespace berth::testing {
namespace {

constexpr std::string_view kColumn = " | ", kItem = "; ";

// Takes what stands before the separator off the text; all of it when there is none.
std::string_view take_before(std::string_view& text, std::string_view separator) {
    const size_t at = text.find(separator);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == text.npos ? text.size() : at + separator.size());
    return taken;
}

// Turns the escapes of the file into bytes.
class Unescaper {
public:
    explicit Unescaper(std::string_view text) : text_(text) {}

    std::string run() {
        std::string bytes = until("");
        if (!text_.empty()) {
            throw std::runtime_error("bad escape before: " + std::string(text_));
        }
        return bytes;
    }

private:
    char take() {
        if (text_.empty()) {
            throw std::runtime_error("an escape is cut short");
        }
        const char c = text_.front();
        text_.remove_prefix(1);
        return c;
    }

    // Up to the mark, or to the end when it is empty.
    std::string until(std::string_view mark) {
        std::string bytes;
        while (!text_.empty() && (mark.empty() || text_.substr(0, mark.size()) != mark)) {
            const char c = take();
            bytes += c == '\\' ? escape(take()) : std::string(1, c);
        }
        return bytes;
    }

    std::string escape(char kind) {
        constexpr std::string_view kNames = "rnt0\\", kBytes("\r\n\t\0\\", 5);
        const size_t at = kNames.find(kind);
        if (at != kNames.npos) {
            return std::string(1, kBytes[at]);
        }
        if (kind == 'x') {
            const int high = sdk::hex_digit(take()), low = sdk::hex_digit(take());
            return std::string(1, static_cast<char>(high * 16 + low));
        }
        return kind == '{' ? repeated() : throw std::runtime_error("unknown escape");
    }

    std::string repeated() {
        const std::string once = until("*");
        take();
        const auto times = sdk::parse_decimal(take_before(text_, "}"));
        std::string all;
        for (uint64_t i = 0; i < times.value(); ++i) {
            all += once;
        }
        return all;
    }

    std::string_view text_;
};

WantedAnswer parse_answer(std::string_view text) {
    WantedAnswer answer;
    const std::string_view status = take_before(text, " ");
    answer.optional = status.size() == 4 && status.back() == '?';
    answer.status = static_cast<int>(sdk::parse_decimal(status.substr(0, 3)).value());
    answer.bodyless = text == "-";
    if (!answer.bodyless && !text.empty()) {
        answer.body = text;
    }
    return answer;
}

HttpVector::End parse_end(std::string_view word) {
    if (word == "open") {
        return HttpVector::End::kOpen;
    }
    if (word == "close") {
        return HttpVector::End::kClose;
    }
    return word == "waits" ? HttpVector::End::kWaits
                           : throw std::runtime_error("unknown end: " + std::string(word));
}

HttpVector parse_vector(std::string_view line) {
    HttpVector vector;
    std::string_view name = take_before(line, kColumn);
    vector.row = take_before(name, " ");
    vector.name = name;
    const std::string wanted = Unescaper(take_before(line, kColumn)).run();
    vector.bytes = Unescaper(line).run();
    std::string_view rest = wanted;
    while (rest.find(kItem) != rest.npos) {
        vector.answers.push_back(parse_answer(take_before(rest, kItem)));
    }
    vector.end = parse_end(rest);
    return vector;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const HttpVector& vector) {
    return out << vector.row << ' ' << vector.name;
}

std::vector<HttpVector> read_http_vectors(const std::string& path) {
    std::vector<HttpVector> vectors;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') {
            vectors.push_back(parse_vector(line));
        }
    }
    return vectors;
}

}  // namespace berth::testing
