// A request head: the slow reference says the same, and so does the parser itself however the bytes
// are cut. What it accepts is within the limits, and written again from its parts it parses to the
// same.
#include "h1/h1_parser.h"
#include "support/fuzz_input.h"
#include "support/reference_http1.h"

#include <string>

namespace {

using namespace berth::http;
using berth::testing::ReferenceHead;
using berth::testing::ReferenceLimits;
using berth::testing::require;

constexpr size_t kAllCutsMax = 160;  // longer inputs are cut byte by byte only

// 0 for an incomplete head, 200 for a complete one, or the status of the refusal.
int verdict(HeadResult result) {
    switch (result.state) {
        case HeadState::kPartial:
            return 0;
        case HeadState::kComplete:
            return 200;
        default:
            return result.status;
    }
}

int verdict(const ReferenceHead& head) {
    switch (head.outcome) {
        case ReferenceHead::Outcome::kPartial:
            return 0;
        case ReferenceHead::Outcome::kComplete:
            return 200;
        default:
            return head.status;
    }
}

bool same_fields(const Head& a, const Head& b) {
    if (a.fields.size() != b.fields.size()) {
        return false;
    }
    for (size_t i = 0; i < a.fields.size(); ++i) {
        const HeadField &one = a.fields[i], &other = b.fields[i];
        if (one.name != other.name || one.value != other.value || one.id != other.id) {
            return false;
        }
    }
    return true;
}

// All but where it stands.
bool same(const Head& a, const Head& b) {
    return a.method == b.method && a.target == b.target && a.host == b.host &&
           a.version == b.version && a.body == b.body && a.content_length == b.content_length &&
           a.keep_alive == b.keep_alive && a.expects_continue == b.expects_continue &&
           same_fields(a, b);
}

// Whole inputs only: views into `bytes` are compared.
void agree(int found, const Head& head, int wanted, const Head& whole) {
    require(found == wanted);
    require(found != 200 ||
            (same(head, whole) && head.start == whole.start && head.end == whole.end));
}

// As a connection has it for its second request: nothing of the first may stay.
Head used_head() {
    Head head;
    HeadProgress progress;
    parse_head(
        "PUT /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        {},
        progress,
        head);
    return head;
}

void check_cuts(std::string_view bytes, const HeadLimits& limits, int wanted, const Head& whole) {
    Head head = used_head();
    HeadProgress progress;
    HeadResult result;
    for (size_t size = 1; size <= bytes.size() && result.state == HeadState::kPartial; ++size) {
        result = parse_head(bytes.substr(0, size), limits, progress, head);
    }
    agree(verdict(result), head, wanted, whole);
    for (size_t cut = 1; cut < bytes.size() && bytes.size() <= kAllCutsMax; ++cut) {
        progress = {};
        result = parse_head(bytes.substr(0, cut), limits, progress, head);
        if (result.state == HeadState::kPartial) {
            result = parse_head(bytes, limits, progress, head);
        }
        agree(verdict(result), head, wanted, whole);
    }
}

void check_reference(const Head& head, const ReferenceHead& wanted) {
    require(head.method == wanted.method && head.target == wanted.target);
    require(wanted.version == (head.version == 11 ? "HTTP/1.1" : "HTTP/1.0"));
    require(head.keep_alive == wanted.keep_alive && head.end == wanted.size);
    require((head.body == BodyKind::kChunked) == wanted.chunked);
    require(head.content_length == wanted.length.value_or(0));
    require((head.body == BodyKind::kLength) == (wanted.length.value_or(0) != 0));
    require(head.fields.size() == wanted.fields.size());
    for (size_t i = 0; i < head.fields.size(); ++i) {
        std::string name(head.fields[i].name);
        for (char& c : name) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
        require(name == wanted.fields[i].first && head.fields[i].value == wanted.fields[i].second);
    }
}

void check_written_again(const Head& head, const HeadLimits& limits) {
    std::string text(head.method);
    text.append(" ")
        .append(head.target)
        .append(head.version == 11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
    for (const HeadField& field : head.fields) {
        text.append(field.name).append(":").append(field.value).append("\r\n");
    }
    text += "\r\n";
    Head again;
    HeadProgress progress;
    require(verdict(parse_head(text, limits, progress, again)) == 200);
    require(same(head, again) && again.start == 0 && again.end == text.size());
}

void check(std::string_view bytes, const HeadLimits& limits) {
    Head head;
    HeadProgress progress;
    const int found = verdict(parse_head(bytes, limits, progress, head));
    const ReferenceHead wanted = berth::testing::reference_head(
        std::string(bytes), {limits.request_line, limits.head, limits.fields});
    require(found == verdict(wanted));
    check_cuts(bytes, limits, found, head);
    if (found != 200) {
        return;
    }
    check_reference(head, wanted);
    require(head.start < head.end && head.end <= bytes.size());
    require(head.end <= limits.head && head.fields.size() <= limits.fields);
    require(head.method.size() + head.target.size() + 10 <= limits.request_line);
    check_written_again(head, limits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes, {});
    check(bytes, {48, 160, 4});  // limits that short inputs reach
    return 0;
}
