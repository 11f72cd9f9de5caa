// What handlers and filters call of Exchange, but for the answer itself.
#include "byte_scan.h"
#include "error_page.h"
#include "exchange.h"
#include "filter_call.h"
#include "service.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace berth::http {

berth_status Exchange::refuse_segments(Segments segments) const {
    drop_segments(segments);
    return state_ == State::kAborted ? BERTH_E_GONE : BERTH_E_STATE;
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
    const bool of_request = state_ == State::kFiltering && at_.verdict == BERTH_PENDING;
    if (!of_request && !pipe_.is_pending()) {
        return refuse_segments({});
    }
    if (verdict == BERTH_PENDING) {
        return BERTH_E_INVAL;
    }
    if (of_request) {
        at_.verdict = verdict;
    } else if (verdict < 0) {
        wire_->cut(verdict);
        return BERTH_OK;
    } else {
        pipe_.end_pending();
    }
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
    if (!is_name(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
        return BERTH_E_INVAL;
    }
    std::copy(value.begin(), value.end(), std::copy(name.begin(), name.end(), text));
    make_lower(text, name.size());
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

berth_status Exchange::set_login(std::string_view name) {
    if (std::any_of(name.begin(), name.end(), sdk::is_control)) {
        return BERTH_E_INVAL;
    }
    const berth_sv copy = sdk::arena_copy(service_.api().host, arena, name);
    if (copy.p == nullptr) {
        return BERTH_E_NOMEM;
    }
    login = copy;
    return BERTH_OK;
}

berth_status Exchange::reserve(berth_segs& list, uint32_t n) {
    return reserve_segments(list_memory(), list, n);
}

berth_status Exchange::error(uint32_t status, HeaderList more) {
    if (status < 400 || status > 599) {
        return BERTH_E_INVAL;
    }
    std::vector<berth_header> fields{
        {sdk::sv("Content-Type"), sdk::sv("text/html; charset=utf-8")}};
    fields.insert(fields.end(), more.begin(), more.end());
    const std::string page = error_page(status);
    berth_seg body{};
    body.kind = BERTH_SEG_COPY;
    body.u.mem = page.data();
    body.len = page.size();
    const berth_http_resp response{BERTH_HDR(berth_http_resp),
                                   status,
                                   0,
                                   fields.data(),
                                   static_cast<uint32_t>(fields.size()),
                                   0,
                                   BERTH_LENGTH_UNKNOWN};
    return respond(response, {&body, 1});
}

}  // namespace berth::http
