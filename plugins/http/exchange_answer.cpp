// The answering half of Exchange: heads and bodies, through the filters to the wire.
#include "exchange.h"
#include "filter_call.h"
#include "service.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>

namespace berth::http {
namespace {

bool has_no_body(uint8_t method, uint32_t status) {
    return method == BERTH_M_HEAD || status == 204 || status == 304;
}

}  // namespace

ListMemory Exchange::list_memory() const {
    return {service_.api().host, arena};
}

berth_status Exchange::judge_status(uint32_t status) const {
    if (status < 200 || status > 599) {
        return BERTH_E_INVAL;
    }
    // To CONNECT it would open a tunnel that leads nowhere.
    return method == BERTH_M_CONNECT && status < 300 ? BERTH_E_UNSUPPORTED : BERTH_OK;
}

// Notes what the rest needs to know of the head. length: of the body, as the handler has it.
berth_status Exchange::begin_answer(const berth_http_resp& given, uint64_t length) {
    berth_status status = judge_status(given.status);
    if (status < 0) {
        return status;
    }
    answer_.head = given;
    answer_.head.content_length = answer_.left = length;
    if (at_.filters != nullptr && !at_.filters->empty()) {
        status = filter_head(answer_.head);
        status = status < 0 ? status : judge_status(answer_.head.status);
        if (status < 0) {
            answer_.head = {};
            return status;
        }
    }
    answer_.bodyless = has_no_body(method, answer_.head.status);
    return BERTH_OK;
}

// Lets the filters change the head and say whether they want the body.
berth_status Exchange::filter_head(berth_http_resp& head) {
    pipe_.drop();  // of an answer that could not be sent
    pipe_.reset();
    for (const FilterUse& filter : at_.filters->on_response()) {
        if (!has_seen(filter)) {
            continue;
        }
        const berth_status status =
            call_filter(filter, [&] { return filter.ops->on_response(filter.inst, this, &head); });
        if (status < 0) {
            return status;
        }
        at_.slots[filter.slot].declines_body = status == BERTH_DECLINED;
    }
    for (const FilterUse& filter : at_.filters->on_resp_body()) {
        if (has_seen(filter) && !at_.slots[filter.slot].declines_body) {
            const berth_status status = pipe_.add(list_memory(), filter, at_.filters->size());
            if (status < 0) {
                return status;
            }
            head.content_length = BERTH_LENGTH_UNKNOWN;
        }
    }
    return BERTH_OK;
}

// Through the filters that want it. The references of `in` pass on, also on error.
berth_status Exchange::filter_body(Segments in, bool last, Segments& out) {
    if (pipe_.empty()) {
        out = in;
        return BERTH_OK;
    }
    const auto call = [this](const FilterUse& filter, berth_segs& from, berth_segs& to, bool end) {
        return call_filter(filter, [&] {
            return filter.ops->on_resp_body(filter.inst, this, &from, &to, end ? 1 : 0);
        });
    };
    const berth_status status = pipe_.run(list_memory(), in, last, out, call);
    if (status < 0) {
        drop_segments(out);
        out = {};
    }
    return status;
}

berth_status Exchange::respond(const berth_http_resp& given, Segments segments) {
    if (state_ >= State::kStreaming) {
        return refuse_segments(segments);
    }
    berth_status status = begin_answer(given, length_of(segments));
    Segments out = segments;
    if (status >= 0 && !answer_.bodyless) {
        status = filter_body(segments, true, out);
        segments = {};
    }
    if (status < 0) {
        drop_segments(segments);
        return status;
    }
    if (answer_.bodyless) {
        drop_segments(segments);
        out = {};
    }
    if (!answer_.bodyless && !pipe_.empty() && !pipe_.done()) {
        return begin_filtered(out);
    }
    answer_.head.content_length = answer_.bodyless ? answer_.head.content_length : length_of(out);
    status = wire_->write_head({answer_.head, answer_.bodyless, true}, out);
    if (status >= 0) {
        answer_.sent = length_of(out);
        complete();
    }
    return status;
}

// The head of an answer whose filters hold some of its body, and what came out of them so far.
berth_status Exchange::begin_filtered(Segments body) {
    berth_status status = wire_->write_head({answer_.head, false, false}, {});
    if (status < 0) {
        drop_segments(body);
        return status;
    }
    answer_.throttled = status == BERTH_AGAIN;
    enter(State::kFinishing);
    forget_answer_head();
    status = write(body);
    if (status < 0) {
        wire_->cut(status);
    } else if (!answer_.throttled) {
        wire_->wake();
    }
    return status;
}

berth_status Exchange::start(const berth_http_resp& given) {
    if (state_ >= State::kStreaming) {
        return refuse_segments({});
    }
    berth_status status = begin_answer(given, given.content_length);
    if (status < 0) {
        return status;
    }
    status = wire_->write_head({answer_.head, answer_.bodyless, false}, {});
    if (status >= 0) {
        answer_.throttled = answer_.handler_waits = status == BERTH_AGAIN;
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
    const uint64_t length = length_of(segments);
    const bool counted = answer_.left != BERTH_LENGTH_UNKNOWN;
    if (length == 0 || (counted && length > answer_.left)) {
        drop_segments(segments);
        return length == 0 ? BERTH_OK : BERTH_E_INVAL;  // more than the head said
    }
    answer_.left -= counted ? length : 0;
    Segments out;
    berth_status status = filter_body(segments, false, out);
    status = status < 0 ? status : write(out);
    if (status < 0 && !pipe_.empty()) {  // what came out of the filters is lost
        wire_->cut(status);
        return status;
    }
    if (status >= 0 && pipe_.can_go_on() && !answer_.throttled) {
        wire_->wake();
    }
    answer_.handler_waits = answer_.throttled || pipe_.can_go_on() || pipe_.is_pending();
    return status >= 0 && answer_.handler_waits ? BERTH_AGAIN : status;
}

// A piece of the body for the wire.
berth_status Exchange::write(Segments body) {
    const uint64_t length = length_of(body);
    if (length == 0) {
        drop_segments(body);
        return BERTH_OK;
    }
    const berth_status status = wire_->write_body(body);
    if (status >= 0) {
        answer_.sent += length;
        answer_.throttled |= status == BERTH_AGAIN;
    }
    return status;
}

berth_status Exchange::end(HeaderList fields) {
    if (state_ != State::kStreaming) {
        return refuse_segments({});
    }
    if (answer_.bodyless) {
        complete();
        return BERTH_OK;
    }
    const bool complete_body = answer_.left == BERTH_LENGTH_UNKNOWN || answer_.left == 0;
    Segments out;
    berth_status status = complete_body ? filter_body({}, true, out) : BERTH_E_INVAL;
    status = status < 0 ? status : write(out);
    if (status < 0) {  // the peer must not take a part for the whole
        wire_->cut(BERTH_E_STATE);
        return status;
    }
    answer_.trailers = fields;
    if (pipe_.empty() || pipe_.done()) {
        return finish_body();
    }
    status = keep_trailers(fields);
    enter(State::kFinishing);
    if (!answer_.throttled) {
        wire_->wake();
    }
    return status;
}

berth_status Exchange::finish_body() {
    const berth_status status = wire_->write_end(answer_.trailers);
    if (status >= 0) {
        complete();
    }
    return status;
}

berth_status Exchange::keep_trailers(HeaderList fields) {
    const berth_host* host = service_.api().host;
    auto* const kept = static_cast<berth_header*>(
        berth_alloc(host, arena, (fields.size() + 1) * sizeof(berth_header)));
    answer_.trailers = {};
    if (kept == nullptr) {
        return BERTH_E_NOMEM;
    }
    for (size_t i = 0; i < fields.size(); ++i) {
        kept[i] = {sdk::arena_copy(host, arena, sdk::view(fields[i].name)),
                   sdk::arena_copy(host, arena, sdk::view(fields[i].value))};
    }
    answer_.trailers = {kept, fields.size()};
    return BERTH_OK;
}

void Exchange::complete() {
    enter(State::kAnswered);
    held_ = false;  // what is left of the body is for nobody
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

// Gets more of the body out of the filters, and then out of the handler. From the top of the loop.
void Exchange::go_on() {
    if (answer_.throttled) {
        return;
    }
    if (pipe_.can_go_on()) {
        Segments out;
        berth_status status = filter_body({}, false, out);
        status = status < 0 ? status : write(out);
        if (status < 0) {
            wire_->cut(status);
            return;
        }
    }
    if (state_ == State::kFinishing && pipe_.done()) {
        if (finish_body() < 0) {
            wire_->cut(BERTH_E_FAIL);
        }
    } else if (pipe_.can_go_on()) {
        if (!answer_.throttled) {
            wire_->wake();
        }
    } else if (answer_.handler_waits && !answer_.throttled && !pipe_.is_pending()) {
        answer_.handler_waits = false;
        const HandlerUse& handler = at_.route->handler;
        if (handler.ops->on_writable != nullptr) {
            service_.stamped(handler.number, [&] {
                handler.ops->on_writable(handler.inst, this);
                return 0;
            });
        }
    }
}

void Exchange::on_writable() {
    if (state_ == State::kStreaming || state_ == State::kFinishing) {
        answer_.throttled = false;
        go_on();
    }
}

}  // namespace berth::http
