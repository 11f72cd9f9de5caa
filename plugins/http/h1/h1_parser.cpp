#include "h1/h1_parser.h"

#include "byte_scan.h"
#include "known_fields.h"
#include "uri.h"

#include "berth/cpp/text.hpp"

#include <cstring>
#include <optional>

namespace berth::http {
namespace {

constexpr uint16_t kOk = 0;
constexpr uint16_t kBadRequest = 400;
constexpr uint8_t kEmptyLinesMax = 2;        // before the request line
constexpr size_t kContentLengthDigits = 19;  // cannot overflow 64 bits
constexpr size_t kVersionSize = 8;

uint16_t parse_version(std::string_view text, Head& head) {
    if (text == "HTTP/1.1" || text == "HTTP/1.0") {
        head.version = text.back() == '1' ? 11 : 10;
        return kOk;
    }
    const bool version = text.size() == kVersionSize && text.substr(0, 5) == "HTTP/" &&
                         sdk::is_digit(text[5]) && text[6] == '.' && sdk::is_digit(text[7]);
    return version && text[5] != '1' ? 505 : kBadRequest;
}

uint16_t parse_request_line(std::string_view line, Head& head) {
    const size_t at = token_size(line);
    if (at == 0 || at == line.size() || line[at] != ' ') {
        return kBadRequest;
    }
    if (at > kMethodMax) {
        return 501;
    }
    head.method = line.substr(0, at);
    line.remove_prefix(at + 1);
    if (line.size() <= kVersionSize || line[line.size() - kVersionSize - 1] != ' ') {
        return kBadRequest;  // HTTP/0.9, or a version of another length
    }
    head.target = line.substr(0, line.size() - kVersionSize - 1);
    if (head.target.empty() || !all_visible(head.target)) {
        return kBadRequest;
    }
    return parse_version(line.substr(line.size() - kVersionSize), head);
}

// A line that begins with space (obs-fold) has no name, so it is refused like a line without one.
uint16_t parse_field(std::string_view line, Head& head) {
    const size_t at = token_size(line);
    if (at == 0 || at == line.size() || line[at] != ':') {
        return kBadRequest;
    }
    const std::string_view name = line.substr(0, at);
    const std::string_view value = sdk::trim(line.substr(at + 1));
    if (!is_field_value(value)) {
        return kBadRequest;
    }
    head.fields.emplace_back(name, value, known_field(name));
    return kOk;
}

// RFC 9112 6.1. `chunked` must be the only coding: we know no other, and a request whose last
// coding is another has no known end.
uint16_t conclude_transfer_encoding(std::string_view codings, Head& head) {
    if (head.version == 10) {
        return kBadRequest;
    }
    if (sdk::equal_ignoring_case(codings, "chunked")) {
        head.body = BodyKind::kChunked;
        return kOk;
    }
    std::string_view rest = codings, last;
    unsigned chunked = 0;
    while (!rest.empty()) {
        last = sdk::next_item(rest);
        chunked += sdk::equal_ignoring_case(last, "chunked") ? 1 : 0;
    }
    const bool chunked_last = chunked == 1 && sdk::equal_ignoring_case(last, "chunked");
    const bool complete = !codings.empty() && codings.back() != ',';
    return !complete || (chunked != 0 && !chunked_last) ? kBadRequest : 501;
}

uint16_t conclude_content_length(std::string_view value, Head& head) {
    const std::optional<uint64_t> length =
        value.size() <= kContentLengthDigits ? sdk::parse_decimal(value) : std::nullopt;
    if (!length) {
        return kBadRequest;
    }
    head.content_length = *length;
    head.body = *length == 0 ? BodyKind::kNone : BodyKind::kLength;
    return kOk;
}

// The fields that decide about framing and the connection, as they occur.
struct FramingFields {
    const HeadField *host = nullptr, *length = nullptr, *codings = nullptr, *expect = nullptr;
    bool repeated = false;  // one that must not be
    bool close = false, keep_alive = false;
};

void remember(const HeadField*& slot, const HeadField& field, FramingFields& found) {
    found.repeated |= slot != nullptr;
    slot = &field;
}

FramingFields find_framing_fields(const Head& head) {
    FramingFields found;
    for (const HeadField& field : head.fields) {
        switch (field.id) {
            case BERTH_H_HOST:
                remember(found.host, field, found);
                break;
            case BERTH_H_CONTENT_LENGTH:
                remember(found.length, field, found);
                break;
            case BERTH_H_TRANSFER_ENCODING:
                remember(found.codings, field, found);
                break;
            case BERTH_H_EXPECT:
                remember(found.expect, field, found);
                break;
            case BERTH_H_CONNECTION:
                found.close |= sdk::list_contains(field.value, "close");
                found.keep_alive |= sdk::list_contains(field.value, "keep-alive");
                break;
            default:
                break;
        }
    }
    return found;
}

uint16_t conclude(Head& head) {
    const FramingFields found = find_framing_fields(head);
    const bool both_framings = found.length != nullptr && found.codings != nullptr;
    const bool host_missing = found.host == nullptr && head.version == 11;
    if (found.repeated || both_framings || host_missing) {
        return kBadRequest;
    }
    if (found.host != nullptr && !is_authority(found.host->value)) {
        return kBadRequest;
    }
    head.host = found.host != nullptr ? found.host->value : std::string_view();
    head.keep_alive = !found.close && (head.version == 11 || found.keep_alive);
    if (found.expect != nullptr && head.version == 11) {
        if (!sdk::equal_ignoring_case(found.expect->value, "100-continue")) {
            return 417;
        }
        head.expects_continue = true;
    }
    if (found.codings != nullptr) {
        return conclude_transfer_encoding(found.codings->value, head);
    }
    return found.length != nullptr ? conclude_content_length(found.length->value, head) : kOk;
}

HeadResult refuse(uint16_t status) {
    return {HeadState::kRefused, status};
}

// Judges the lines of one head from where the progress stands.
class LineReader {
public:
    LineReader(std::string_view bytes, const HeadLimits& limits, HeadProgress& progress, Head& head)
        : bytes_(bytes), limits_(limits), at_(progress), head_(head) {}

    HeadResult run() {
        while (at_.line < bytes_.size()) {
            const auto* end = static_cast<const char*>(
                std::memchr(bytes_.data() + at_.scanned, '\n', bytes_.size() - at_.scanned));
            if (end == nullptr) {
                at_.scanned = static_cast<uint32_t>(bytes_.size());
                return judge_partial();
            }
            const auto next = static_cast<uint32_t>(end - bytes_.data()) + 1;
            const HeadResult result = judge(next);
            if (result.state != HeadState::kPartial) {
                return result;
            }
            at_.line = at_.scanned = next;
        }
        return {};
    }

private:
    // What follows from the first byte alone: binary junk (TLS, say) need not wait for a line end.
    bool begins_badly() const {
        const char first = bytes_[at_.line];
        return !at_.has_request_line && first != '\r' && token_lower(first) == '\0';
    }

    HeadResult judge_partial() const {
        const size_t size = bytes_.size() - at_.line;
        if (begins_badly()) {
            return refuse(kBadRequest);
        }
        if (!at_.has_request_line && size >= size_t{limits_.request_line} + 2) {
            return refuse(414);
        }
        return bytes_.size() >= limits_.head ? refuse(431) : HeadResult{};
    }

    // The line that ends before `next`. Sizes come first: a line that is too long was refused for
    // that before its end arrived, when the bytes came slowly.
    HeadResult judge(uint32_t next) {
        const size_t size = next - at_.line;
        if (begins_badly()) {
            return refuse(kBadRequest);
        }
        if (!at_.has_request_line && size > size_t{limits_.request_line} + 2) {
            return refuse(414);
        }
        if (next > limits_.head) {
            return refuse(431);
        }
        if (size < 2 || bytes_[next - 2] != '\r') {
            return refuse(kBadRequest);
        }
        const std::string_view line = bytes_.substr(at_.line, size - 2);
        if (line.empty()) {
            return judge_empty(next);
        }
        const uint16_t status = at_.has_request_line ? judge_field(line) : begin_request(line);
        return status == kOk ? HeadResult{} : refuse(status);
    }

    HeadResult judge_empty(uint32_t next) {
        if (!at_.has_request_line) {
            return ++at_.empty_lines > kEmptyLinesMax ? refuse(kBadRequest) : HeadResult{};
        }
        head_.end = next;
        return {HeadState::kComplete, 0};
    }

    uint16_t begin_request(std::string_view line) {
        head_.start = at_.line;
        at_.has_request_line = true;
        return parse_request_line(line, head_);
    }

    uint16_t judge_field(std::string_view line) {
        if (++at_.fields > limits_.fields) {
            return 431;
        }
        return parse_field(line, head_);
    }

    std::string_view bytes_;
    const HeadLimits& limits_;
    HeadProgress& at_;
    Head& head_;
};

void reset(Head& head) {
    head.host = {};
    head.fields.clear();
    head.content_length = 0;
    head.body = BodyKind::kNone;
    head.expects_continue = false;
}

}  // namespace

HeadResult parse_head(std::string_view bytes,
                      const HeadLimits& limits,
                      HeadProgress& progress,
                      Head& head) {
    const bool resumed = progress.line != 0;
    reset(head);
    const HeadResult result = LineReader(bytes, limits, progress, head).run();
    if (result.state != HeadState::kComplete) {
        return result;
    }
    if (resumed) {  // the lines judged by earlier calls are not in `head`: take them all again
        progress = {};
        reset(head);
        LineReader(bytes, limits, progress, head).run();
    }
    const uint16_t status = conclude(head);
    return status == kOk ? result : refuse(status);
}

}  // namespace berth::http
