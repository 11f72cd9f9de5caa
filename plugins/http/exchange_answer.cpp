// The answering half of Exchange: what handlers and filters call.
#include "error_page.h"
#include "exchange.h"
#include "filter_call.h"
#include "known_fields.h"
#include "service.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>

namespace berth::http {
namespace {

constexpr uint32_t kSegmentsRoom = 8;  // that body filters get without asking

bool has_no_body(uint8_t method, uint32_t status) {
    return method == BERTH_M_HEAD || status == 204 || status == 304;
}

}  // namespace

berth_status Exchange::refuse_segments(Segments segments) const {
    drop_segments(segments);
    return state_ == State::kAborted ? BERTH_E_GONE : BERTH_E_STATE;
}

// Lets the filters change the head, and notes what the rest needs to know of it.
berth_status Exchange::begin_answer(const berth_http_resp& given, bool streaming) {
    if (given.status < 200 || given.status > 599) {
        return BERTH_E_INVAL;
    }
    answer_.head = given;
    const bool filtered = at_.filters != nullptr && at_.reached != 0;
    if (filtered && streaming && !at_.filters->on_resp_body().empty()) {
        answer_.head.content_length = BERTH_LENGTH_UNKNOWN;
    }
    for (const FilterUse& filter :
         filtered ? at_.filters->on_response() : std::span<const FilterUse>()) {
        if (filter.slot >= at_.reached) {
            continue;
        }
        const berth_status status = call_filter(
            filter, [&] { return filter.ops->on_response(filter.inst, this, &answer_.head); });
        if (status < 0) {
            return status;
        }
    }
    answer_.bodyless = has_no_body(method, answer_.head.status);
    return BERTH_OK;
}

// Lets the filters edit the segments; their list moves to the arena for it.
berth_status Exchange::filter_body(Segments& segments, bool last) {
    if (at_.filters == nullptr || at_.filters->on_resp_body().empty() || at_.reached == 0) {
        return BERTH_OK;
    }
    berth_segs list{nullptr, 0, 0};
    const auto n = static_cast<uint32_t>(segments.size());
    berth_status status = reserve_segments(list, n + kSegmentsRoom);
    if (status < 0) {
        return status;
    }
    std::copy(segments.begin(), segments.end(), list.segs);
    list.n = n;
    for (const FilterUse& filter : at_.filters->on_resp_body()) {
        if (filter.slot < at_.reached && status >= 0) {
            status = call_filter(filter, [&] {
                return filter.ops->on_resp_body(filter.inst, this, &list, last ? 1 : 0);
            });
        }
    }
    segments = {list.segs, list.n};
    return status;
}

berth_status Exchange::respond(const berth_http_resp& given, Segments segments) {
    if (state_ >= State::kStreaming) {
        return refuse_segments(segments);
    }
    berth_status status = begin_answer(given, false);
    if (status >= 0 && !answer_.bodyless) {
        status = filter_body(segments, true);
    }
    if (status < 0) {
        drop_segments(segments);
        return status;
    }
    const uint64_t length = length_of(segments);
    answer_.head.content_length = length;
    if (answer_.bodyless) {
        drop_segments(segments);
        segments = {};
    }
    status = wire_->write_head({answer_.head, answer_.bodyless, true}, segments);
    if (status >= 0) {
        answer_.sent = answer_.bodyless ? 0 : length;
        complete();
    }
    return status;
}

berth_status Exchange::start(const berth_http_resp& given) {
    if (state_ >= State::kStreaming) {
        return refuse_segments({});
    }
    berth_status status = begin_answer(given, true);
    if (status < 0) {
        return status;
    }
    answer_.left = answer_.head.content_length;
    status = wire_->write_head({answer_.head, answer_.bodyless, false}, {});
    if (status >= 0) {
        enter(State::kStreaming);
        forget_answer_head();
    }
    return status;
}

berth_status Exchange::body(Segments segments) {
    if (state_ != State::kStreaming) {
        return refuse_segments(segments);
    }
    if (answer_.bodyless) {
        drop_segments(segments);
        return BERTH_OK;
    }
    berth_status status = filter_body(segments, false);
    const uint64_t length = length_of(segments);
    const bool counted = answer_.left != BERTH_LENGTH_UNKNOWN;
    if (status >= 0 && counted && length > answer_.left) {
        status = BERTH_E_INVAL;  // more than the head said
    }
    if (status < 0 || length == 0) {
        drop_segments(segments);
        return status < 0 ? status : BERTH_OK;
    }
    status = wire_->write_body(segments);
    if (status >= 0) {
        answer_.sent += length;
        answer_.left -= counted ? length : 0;
    }
    return status;
}

berth_status Exchange::end(HeaderList trailers) {
    if (state_ != State::kStreaming) {
        return refuse_segments({});
    }
    berth_status status = BERTH_OK;
    if (!answer_.bodyless) {
        Segments rest;
        status = filter_body(rest, true);
        const uint64_t length = length_of(rest);
        if (status >= 0 && length != 0) {
            status = wire_->write_body(rest);
            answer_.sent += length;
        }
        const bool complete_body = answer_.left == BERTH_LENGTH_UNKNOWN || answer_.left == 0;
        if (status < 0 || !complete_body) {  // the peer must not take a part for the whole
            wire_->cut(BERTH_E_STATE);
            return status < 0 ? status : BERTH_E_INVAL;
        }
        status = wire_->write_end(trailers);
    }
    if (status >= 0) {
        complete();
    }
    return status;
}

void Exchange::complete() {
    enter(State::kAnswered);
    forget_answer_head();
    wire_->wake();
}

// Fields of the answer are the caller's memory and live no longer than its call: on_log gets a
// copy.
void Exchange::forget_answer_head() {
    berth_http_resp& head = answer_.head;
    if (at_.filters == nullptr || at_.filters->on_log().empty()) {
        head.headers = nullptr;
        head.n_headers = 0;
        return;
    }
    const berth_host* host = service_.api().host;
    auto* const copy =
        static_cast<berth_header*>(berth_alloc(host, arena, head.n_headers * sizeof(berth_header)));
    const auto keep = [&](berth_sv text) {
        auto* const memory = static_cast<char*>(berth_alloc(host, arena, text.n + 1));
        if (memory == nullptr) {
            return berth_sv{nullptr, 0};
        }
        std::copy_n(text.p, text.n, memory);
        return berth_sv{memory, text.n};
    };
    head.n_headers = copy == nullptr ? 0 : head.n_headers;
    for (uint32_t i = 0; i < head.n_headers; ++i) {
        copy[i] = {keep(head.headers[i].name), keep(head.headers[i].value)};
    }
    head.headers = copy;
}

berth_status Exchange::informational(uint32_t status, HeaderList fields) {
    if (state_ >= State::kStreaming) {
        return refuse_segments({});
    }
    if (status < 100 || status > 199 || status == 101) {
        return BERTH_E_INVAL;
    }
    const berth_http_resp response{BERTH_HDR(berth_http_resp),
                                   status,
                                   0,
                                   fields.data(),
                                   static_cast<uint32_t>(fields.size()),
                                   0,
                                   BERTH_LENGTH_UNKNOWN};
    return wire_->write_informational(response);
}

berth_status Exchange::give_up(berth_status why) {
    if (state_ == State::kAnswered || state_ == State::kAborted) {
        return refuse_segments({});
    }
    wire_->cut(why < 0 ? why : BERTH_E_FAIL);
    return BERTH_OK;
}

void Exchange::pause_body(bool on) {
    if (held_ != on && (state_ == State::kHandling || state_ == State::kStreaming)) {
        held_ = on;
        wire_->hold_body(on);
    }
}

berth_ticket Exchange::make_ticket() {
    if (ticket_ == 0 && state_ != State::kAborted) {
        ticket_ = service_.api().loop->ticket(static_cast<berth_http_req*>(this));
    }
    return ticket_;
}

berth_status Exchange::filter_resume(berth_status verdict) {
    if (state_ != State::kFiltering || at_.verdict != BERTH_PENDING) {
        return refuse_segments({});
    }
    if (verdict == BERTH_PENDING) {
        return BERTH_E_INVAL;
    }
    at_.verdict = verdict;
    wire_->wake();
    return BERTH_OK;
}

// Replaces every field of that name by one; the old array and texts stay as they are.
berth_status Exchange::set_header(std::string_view name, std::string_view value) {
    const berth_host* host = service_.api().host;
    auto* const fields = static_cast<berth_header*>(
        berth_alloc(host, arena, (n_headers + size_t{1}) * sizeof(berth_header)));
    auto* const text = static_cast<char*>(berth_alloc(host, arena, name.size() + value.size() + 1));
    if (fields == nullptr || text == nullptr) {
        return BERTH_E_NOMEM;
    }
    for (size_t i = 0; i < name.size(); ++i) {
        text[i] = token_lower(name[i]);
        if (text[i] == '\0') {
            return BERTH_E_INVAL;
        }
    }
    if (name.empty() || value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
        return BERTH_E_INVAL;
    }
    std::copy(value.begin(), value.end(), text + name.size());
    const std::string_view lower(text, name.size());
    const auto* const end =
        std::copy_if(headers, headers + n_headers, fields, [&](const berth_header& field) {
            return sdk::view(field.name) != lower;
        });
    const auto kept = static_cast<uint32_t>(end - fields);
    fields[kept] = {sdk::sv(lower), {text + name.size(), value.size()}};
    headers = fields;
    n_headers = kept + 1;
    index_fields(*this, known_);
    return BERTH_OK;
}

berth_status Exchange::reserve_segments(berth_segs& list, uint32_t n) {
    if (list.cap - list.n >= n) {
        return BERTH_OK;
    }
    const size_t capacity = size_t{list.n} + n + list.cap;
    auto* const memory = static_cast<berth_seg*>(
        berth_alloc(service_.api().host, arena, capacity * sizeof(berth_seg)));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    std::copy_n(list.segs, list.n, memory);
    list.segs = memory;
    list.cap = static_cast<uint32_t>(capacity);
    return BERTH_OK;
}

berth_status Exchange::error(uint32_t status) {
    if (status < 400 || status > 599) {
        return BERTH_E_INVAL;
    }
    static constexpr berth_header kHtml = {{"Content-Type", 12}, {"text/html; charset=utf-8", 24}};
    const std::string page = error_page(status);
    berth_seg body{};
    body.kind = BERTH_SEG_COPY;
    body.u.mem = page.data();
    body.len = page.size();
    const berth_http_resp response{
        BERTH_HDR(berth_http_resp), status, 0, &kHtml, 1, 0, BERTH_LENGTH_UNKNOWN};
    return respond(response, {&body, 1});
}

}  // namespace berth::http
