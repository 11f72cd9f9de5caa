#include "h2/h2_head.h"

#include "byte_scan.h"
#include "known_fields.h"
#include "uri.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>

namespace berth::http {
namespace {

constexpr uint32_t kFieldOverhead = 32;  // RFC 9113 10.5.1
constexpr size_t kContentLengthDigits = 19;

bool is_clean_value(std::string_view value) {
    return sdk::trim(value).size() == value.size() && is_field_value(value);
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

void H2Head::begin(const berth_host& host, berth_arena* arena, const HeadLimits& limits) {
    *this = H2Head();
    fields_ = H2Fields(host, arena);
    limits_ = &limits;
}

void H2Head::begin_trailers(const berth_host& host, berth_arena* arena, const HeadLimits& limits) {
    begin(host, arena, limits);
    is_.trailers = true;
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
    if (is_.trailers || is_.regular) {
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
    is_.regular = true;
    if (!is_lower_name(name) || is_connection_specific(name)) {
        refuse(Verdict::kMalformed);
        return;
    }
    const uint16_t id = known_field(name);
    if (is_.trailers) {
        if (fields_.has_arena() && id == BERTH_H_COUNT) {
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
                is_.expects_continue = sdk::equal_ignoring_case(value, "100-continue");
                is_.bad_expectation = !is_.expects_continue;
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
    if (fields_.size() == limits_->fields) {
        refuse(Verdict::kTooLarge);
        return;
    }
    if (id == BERTH_H_HOST) {
        if (const char* const kept = copy(value)) {
            host_field_ = {kept, value.size()};
        }
        return;
    }
    const berth_header* const kept = fields_.add(name, value);
    if (kept == nullptr) {
        refuse(Verdict::kNoMemory);
    } else if (id == BERTH_H_COOKIE) {
        ++cookies_;
    } else if (name == "priority") {
        priority_ = sdk::view(kept->value);
    }
}

// NULL, and the block refused, when memory is exhausted.
const char* H2Head::copy(std::string_view text) {
    const char* const kept = fields_.copy(text);
    if (kept == nullptr) {
        refuse(Verdict::kNoMemory);
    }
    return kept;
}

H2Head::Verdict H2Head::finish(bool ends) {
    is_.followed = !ends;
    if (is_.trailers && !ends) {  // RFC 9113 8.1: nothing but trailers may follow a body
        refuse(Verdict::kMalformed);
    }
    if (is_.trailers || verdict_ != Verdict::kGood) {
        return verdict_;
    }
    if (ends && content_length_ != BERTH_LENGTH_UNKNOWN && content_length_ != 0) {
        refuse(Verdict::kMalformed);
    }
    conclude_pseudo();
    conclude_host();
    // Nobody else sees the crumbs of cookies.
    if (verdict_ == Verdict::kGood && cookies_ > 1 && !fields_.join("cookie", "; ")) {
        refuse(Verdict::kNoMemory);
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
    if (verdict_ == Verdict::kGood && !fields_.put_host(pseudo_.authority)) {
        refuse(Verdict::kNoMemory);
    }
}

}  // namespace berth::http
