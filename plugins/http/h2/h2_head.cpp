#include "h2/h2_head.h"

#include "byte_scan.h"
#include "known_fields.h"
#include "uri.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::http {
namespace {

constexpr uint32_t kFieldOverhead = 32;  // RFC 9113 10.5.1
constexpr uint32_t kFieldsFirst = 16;
constexpr size_t kContentLengthDigits = 19;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_clean_value(std::string_view value) {
    const bool padded = !value.empty() && (is_blank(value.front()) || is_blank(value.back()));
    return !padded && is_field_value(value);
}

// RFC 9113 8.2.2.
bool is_connection_specific(std::string_view name) {
    switch (name.size()) {
        case 7:
            return name == "upgrade";
        case 10:
            return name == "connection" || name == "keep-alive";
        case 16:
            return name == "proxy-connection";
        case 17:
            return name == "transfer-encoding";
        default:
            return false;
    }
}

// What nearly every request says, as text that stays.
constexpr std::array<std::string_view, 5> kUsual = {"/", "GET", "http", "https", "POST"};

std::string_view usual(std::string_view value) {
    const auto* const found = std::find(kUsual.begin(), kUsual.end(), value);
    return found == kUsual.end() ? std::string_view() : *found;
}

}  // namespace

void H2Head::reset(const HeadLimits& limits) {
    *this = H2Head();
    limits_ = &limits;
}

void H2Head::begin(const berth_host& host, berth_arena* arena, const HeadLimits& limits) {
    reset(limits);
    host_ = &host;
    arena_ = arena;
}

void H2Head::begin_trailers(const berth_host& host, berth_arena* arena, const HeadLimits& limits) {
    begin(host, arena, limits);
    trailers_ = true;
}

// The first place is for Host, which trailers have not.
std::span<const berth_header> H2Head::trailers() const {
    return n_ == 0 ? std::span<const berth_header>() : std::span(fields_ + 1, n_);
}

void H2Head::refuse(Verdict verdict) {
    if (verdict_ == Verdict::kGood) {
        verdict_ = verdict;
    }
}

void H2Head::add(std::string_view name, std::string_view value) {
    size_ += name.size() + value.size() + kFieldOverhead;
    if (size_ > limits_->head) {
        refuse(Verdict::kTooLarge);
    }
    if (verdict_ != Verdict::kGood) {
        return;
    }
    if (!is_clean_value(value)) {
        refuse(Verdict::kMalformed);
    } else if (!name.empty() && name.front() == ':') {
        add_pseudo(name, value);
    } else {
        add_field(name, value);
    }
}

// False, and the block refused, when the field has occurred before.
bool H2Head::first(Seen what) {
    if ((seen_ & what) != 0) {
        refuse(Verdict::kMalformed);
        return false;
    }
    seen_ = static_cast<uint8_t>(seen_ | what);
    return true;
}

void H2Head::add_pseudo(std::string_view name, std::string_view value) {
    if (trailers_ || regular_) {
        refuse(Verdict::kMalformed);
    } else if (name == ":method") {
        set(pseudo_.method, kMethod, value);
    } else if (name == ":scheme") {
        set(pseudo_.scheme, kScheme, value);
    } else if (name == ":authority") {
        set(pseudo_.authority, kAuthority, value);
    } else if (name == ":path") {
        set(pseudo_.path, kPath, value);
    } else if (name == ":protocol") {
        set(pseudo_.protocol, kProtocol, value);
    } else {
        refuse(Verdict::kMalformed);
    }
}

void H2Head::set(std::string_view& pseudo, Seen what, std::string_view value) {
    if (value.empty()) {
        refuse(Verdict::kMalformed);
        return;
    }
    if (!first(what)) {
        return;
    }
    pseudo = usual(value);
    if (!pseudo.empty()) {
        return;
    }
    if (const char* const kept = copy(value)) {
        pseudo = {kept, value.size()};
    }
}

void H2Head::add_field(std::string_view name, std::string_view value) {
    regular_ = true;
    if (!is_lower_name(name) || is_connection_specific(name)) {
        refuse(Verdict::kMalformed);
        return;
    }
    const uint16_t id = known_field(name);
    if (trailers_) {
        if (arena_ != nullptr && id == BERTH_H_COUNT) {
            store(name, value, id);
        }
        return;
    }
    judge_known(id, value);
    if (verdict_ == Verdict::kGood) {
        store(name, value, id);
    }
}

// The fields that decide about framing and routing.
void H2Head::judge_known(uint16_t id, std::string_view value) {
    switch (id) {
        case BERTH_H_HOST:
            first(kHost);
            break;
        case BERTH_H_CONTENT_LENGTH:
            judge_length(value);
            break;
        case BERTH_H_TE:
            if (!sdk::equal_ignoring_case(value, "trailers")) {
                refuse(Verdict::kMalformed);
            }
            break;
        case BERTH_H_EXPECT:
            if (first(kExpect)) {
                expects_continue_ = sdk::equal_ignoring_case(value, "100-continue");
                bad_expectation_ = !expects_continue_;
            }
            break;
        default:
            break;
    }
}

void H2Head::judge_length(std::string_view value) {
    const auto length =
        value.size() <= kContentLengthDigits ? sdk::parse_decimal(value) : std::nullopt;
    if (!length || !first(kLength)) {
        refuse(Verdict::kMalformed);
        return;
    }
    content_length_ = *length;
}

void H2Head::store(std::string_view name, std::string_view value, uint16_t id) {
    if (n_ == limits_->fields) {
        refuse(Verdict::kTooLarge);
        return;
    }
    char* const text = n_ + 1 < capacity_ || grow() ? copy(name, value) : nullptr;
    if (text == nullptr) {
        return;
    }
    const std::string_view kept(text + name.size(), value.size());
    if (id == BERTH_H_HOST) {
        host_field_ = kept;
        return;
    }
    fields_[++n_] = {{text, name.size()}, sdk::sv(kept)};  // the first place is for Host
    if (id == BERTH_H_COOKIE) {
        ++cookies_;
    } else if (name == "priority") {
        priority_ = kept;
    }
}

bool H2Head::grow() {
    const uint32_t capacity = capacity_ == 0 ? kFieldsFirst : capacity_ * 2;
    auto* const fields =
        static_cast<berth_header*>(berth_alloc(host_, arena_, capacity * sizeof(berth_header)));
    if (fields == nullptr) {
        refuse(Verdict::kNoMemory);
        return false;
    }
    std::copy_n(fields_, n_ == 0 ? 0 : n_ + 1, fields);
    fields_ = fields;
    capacity_ = capacity;
    return true;
}

// Both texts, one behind the other.
char* H2Head::copy(std::string_view text, std::string_view more) {
    auto* const memory =
        static_cast<char*>(berth_alloc(host_, arena_, text.size() + more.size() + 1));
    if (memory == nullptr) {
        refuse(Verdict::kNoMemory);
        return nullptr;
    }
    std::copy(more.begin(), more.end(), std::copy(text.begin(), text.end(), memory));
    return memory;
}

H2Head::Verdict H2Head::finish(bool ends) {
    has_body_ = !ends;
    if (trailers_ && !ends) {  // RFC 9113 8.1: nothing but trailers may follow a body
        refuse(Verdict::kMalformed);
    }
    if (trailers_ || verdict_ != Verdict::kGood) {
        return verdict_;
    }
    if (ends && content_length_ != BERTH_LENGTH_UNKNOWN && content_length_ != 0) {
        refuse(Verdict::kMalformed);
    }
    conclude_pseudo();
    conclude_host();
    if (verdict_ == Verdict::kGood && cookies_ > 1) {
        join_cookies();
    }
    return verdict_;
}

void H2Head::conclude_pseudo() {
    const bool tunnel = pseudo_.method == "CONNECT" && (seen_ & kProtocol) == 0;
    const bool extended = (seen_ & kProtocol) != 0;  // RFC 8441 4
    const uint8_t target = extended ? kScheme | kPath | kAuthority : kScheme | kPath;
    const uint8_t wanted = tunnel ? kMethod | kAuthority : kMethod | target;
    const uint8_t unwanted = tunnel ? kScheme | kPath : 0;
    const bool complete = (seen_ & wanted) == wanted && (seen_ & unwanted) == 0;
    const bool named = !extended || sdk::is_token(pseudo_.protocol);
    if (!complete || !named || !sdk::is_token(pseudo_.method) || !(tunnel || has_good_target())) {
        refuse(Verdict::kMalformed);
    }
}

// RFC 9113 8.3.1: a path begins with '/', or is "*" for OPTIONS.
bool H2Head::has_good_target() const {
    const std::string_view path = pseudo_.path;
    const bool star = path == "*" && pseudo_.method == "OPTIONS";
    const bool http = pseudo_.scheme == "http" || pseudo_.scheme == "https";
    const bool protocol_fits = (seen_ & kProtocol) == 0 || pseudo_.method == "CONNECT";
    return http && protocol_fits && (star || path.front() == '/') && all_visible(path) &&
           path.find('#') == std::string_view::npos;
}

// One name for the host, in :authority and in a Host field alike.
void H2Head::conclude_host() {
    const bool named = (seen_ & kAuthority) != 0, field = (seen_ & kHost) != 0;
    if (!named) {
        pseudo_.authority = host_field_;
    }
    const bool differ = named && field && !sdk::equal_ignoring_case(pseudo_.authority, host_field_);
    if (differ || !is_authority(pseudo_.authority)) {
        refuse(Verdict::kMalformed);
    }
    if (verdict_ == Verdict::kGood && (capacity_ != 0 || grow())) {
        fields_[0] = {sdk::sv("host"), sdk::sv(pseudo_.authority)};
        ++n_;
    }
}

// RFC 9113 8.2.3: crumbs become one field before anybody else sees them.
void H2Head::join_cookies() {
    const auto is_cookie = [](const berth_header& field) {
        return sdk::view(field.name) == "cookie";
    };
    size_t size = 0;
    for (uint32_t i = 0; i < n_; ++i) {
        size += is_cookie(fields_[i]) ? fields_[i].value.n + 2 : 0;
    }
    auto* const text = static_cast<char*>(berth_alloc(host_, arena_, size));
    if (text == nullptr) {
        refuse(Verdict::kNoMemory);
        return;
    }
    char* at = text;
    berth_header* joined = nullptr;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n_; ++i) {
        const berth_header field = fields_[i];
        if (!is_cookie(field)) {
            fields_[kept++] = field;
            continue;
        }
        if (joined == nullptr) {
            joined = &fields_[kept++];
            joined->name = field.name;
        } else {
            at = std::copy_n("; ", 2, at);
        }
        at = std::copy_n(field.value.p, field.value.n, at);
    }
    joined->value = {text, static_cast<size_t>(at - text)};
    n_ = kept;
}

}  // namespace berth::http
