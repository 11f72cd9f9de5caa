#include "request_builder.h"

#include "byte_scan.h"
#include "known_fields.h"
#include "uri.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace berth::http {
namespace {

constexpr uint16_t kOk = 0;
constexpr uint16_t kBadRequest = 400;
constexpr uint16_t kNoMemory = 503;

// Moves views of the parsed bytes to their copy.
class Copy {
public:
    Copy(const char* from, char* to) : from_(from), to_(to) {}

    char* at(std::string_view parsed) const { return to_ + (parsed.data() - from_); }
    berth_sv view(std::string_view parsed) const { return {at(parsed), parsed.size()}; }

private:
    const char* from_;
    char* to_;
};

void copy_fields(const Head& head, const Copy& copy, berth_header* headers, KnownFields& known) {
    uint16_t n = 0;
    for (const HeadField& field : head.fields) {
        headers[n] = {copy.view(field.name), copy.view(field.value)};
        ++n;
        if (field.id == BERTH_H_COUNT) {
            make_lower(copy.at(field.name), field.name.size());
            continue;
        }
        headers[n - 1].name = sdk::sv(kFieldNames[field.id]);
        if (known[field.id] == 0) {
            known[field.id] = n;
        }
    }
}

// The authority in lower-case. False: no memory.
bool set_authority(const berth_host& host, berth_sv authority, berth_http_req& request) {
    request.authority = authority;
    if (has_no_capitals(sdk::view(authority))) {
        return true;
    }
    auto* lower = static_cast<char*>(berth_alloc(&host, request.arena, authority.n));
    if (lower == nullptr) {
        return false;
    }
    std::transform(authority.p, authority.p + authority.n, lower, sdk::to_lower);
    request.authority.p = lower;
    return true;
}

uint16_t set_path(const berth_host& host, const Target& target, berth_http_req& request) {
    const std::string_view path = target.path;
    if (target.is_normal) {
        request.path = sdk::sv(path);
        return kOk;
    }
    auto* normal = static_cast<char*>(berth_alloc(&host, request.arena, path.size()));
    if (normal == nullptr) {
        return kNoMemory;
    }
    const std::optional<size_t> size = normalise_path(path, normal);
    request.path = {normal, size.value_or(0)};
    return size ? kOk : kBadRequest;
}

// named_host: in its own field, or empty.
uint16_t set_target(const berth_host& host,
                    std::string_view method,
                    std::string_view named_host,
                    berth_http_req& request) {
    const std::string_view raw = sdk::view(request.raw_target);
    const std::optional<Target> target = parse_target(method, raw);
    if (!target) {
        return kBadRequest;
    }
    // RFC 9112 3.2.2 would let the absolute form win; one that differs is an attack or a mistake.
    const bool names_host = !target->authority.empty() && target->form != TargetForm::kAuthority;
    if (names_host && !named_host.empty() &&
        !sdk::equal_ignoring_case(target->authority, named_host)) {
        return kBadRequest;
    }
    const std::string_view authority =
        target->authority.empty() ? sdk::view(request.authority) : target->authority;
    if (!set_authority(host, sdk::sv(authority), request)) {
        return kNoMemory;
    }
    request.query = sdk::sv(target->query);
    if (target->form == TargetForm::kAsterisk || target->form == TargetForm::kAuthority) {
        request.path = sdk::sv(target->form == TargetForm::kAsterisk ? "*" : "/");
        return kOk;
    }
    return set_path(host, *target, request);
}

// RFC 9110 7.8: Upgrade counts where Connection lists it, too, and never in HTTP/1.0.
void set_protocol(const KnownFields& known, berth_http_req& request) {
    if (known[BERTH_H_UPGRADE] == 0 || request.version != 11) {
        return;
    }
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        const berth_header& field = request.headers[i];
        if (sdk::view(field.name) == "connection" &&
            sdk::list_contains(sdk::view(field.value), "upgrade")) {
            request.protocol = berth_known(&request, BERTH_H_UPGRADE);
        }
    }
}

}  // namespace

uint16_t build_request(const berth_host& host,
                       const Head& head,
                       std::string_view bytes,
                       KnownFields& known,
                       berth_http_req& request) {
    const size_t size = head.end - head.start;
    const size_t fields_size = head.fields.size() * sizeof(berth_header);
    auto* const memory = static_cast<char*>(berth_alloc(&host, request.arena, fields_size + size));
    if (memory == nullptr) {
        return kNoMemory;
    }
    auto* const headers = reinterpret_cast<berth_header*>(memory);
    char* const text = memory + fields_size;
    std::memcpy(text, bytes.data() + head.start, size);
    const Copy copy(bytes.data() + head.start, text);

    known.fill(0);
    copy_fields(head, copy, headers, known);
    request.version = head.version;
    request.method = known_method(head.method);
    request.has_body = head.body == BodyKind::kNone ? 0 : 1;
    request.n_headers = static_cast<uint32_t>(head.fields.size());
    request.headers = headers;
    request.method_sv = copy.view(head.method);
    request.raw_target = copy.view(head.target);
    request.authority = head.host.empty() ? berth_sv{nullptr, 0} : copy.view(head.host);
    const bool chunked = head.body == BodyKind::kChunked;
    set_protocol(known, request);
    request.content_length =
        chunked || head.body == BodyKind::kNone ? BERTH_LENGTH_UNKNOWN : head.content_length;
    return set_target(host, head.method, head.host, request);
}

uint16_t build_request(const berth_host& host,
                       const H2Head& head,
                       KnownFields& known,
                       berth_http_req& request) {
    const H2Head::Pseudo& pseudo = head.pseudo();
    request.version = 20;
    request.method = known_method(pseudo.method);
    request.protocol = sdk::sv(pseudo.protocol);
    const bool extended = !pseudo.protocol.empty();  // its target has the form of other methods'
    request.has_body = head.has_body() && !extended ? 1 : 0;
    request.n_headers = static_cast<uint32_t>(head.fields().size());
    request.headers = head.fields().data();
    request.method_sv = sdk::sv(pseudo.method);
    request.raw_target = sdk::sv(pseudo.path.empty() ? pseudo.authority : pseudo.path);
    request.authority = sdk::sv(pseudo.authority);
    request.content_length = head.has_body() ? head.content_length() : BERTH_LENGTH_UNKNOWN;
    index_fields(request, known);
    const std::string_view form = extended ? std::string_view("GET") : pseudo.method;
    return set_target(host, form, pseudo.authority, request);
}

void index_fields(const berth_http_req& request, KnownFields& known) {
    known.fill(0);
    for (uint32_t i = 0; i < request.n_headers; ++i) {
        const uint16_t id = known_field(sdk::view(request.headers[i].name));
        if (id != BERTH_H_COUNT && known[id] == 0) {
            known[id] = static_cast<uint16_t>(i + 1);
        }
    }
}

}  // namespace berth::http
