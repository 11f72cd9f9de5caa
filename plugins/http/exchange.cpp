#include "exchange.h"

#include "filter_call.h"
#include "log/access_log.h"
#include "service.h"
#include "uri.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kServerMethods = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

// Path and query of a target as they came.
std::string without_origin(std::string_view raw) {
    if (raw.front() != '/') {
        const size_t scheme = raw.find("://");  // where there is none, there is no path either
        const size_t end = scheme == raw.npos ? raw.npos : raw.find_first_of("/?", scheme + 3);
        raw = end == raw.npos ? std::string_view() : raw.substr(end);
    }
    return raw.substr(0, 1) == "/" ? std::string(raw) : "/" + std::string(raw);
}

// RFC 9220 3 asks for 501 where a protocol is not spoken.
uint32_t status_of_failure(berth_status why, const berth_http_req& request) {
    if (why == BERTH_E_UNSUPPORTED && request.method == BERTH_M_CONNECT) {
        return 501;
    }
    return why == BERTH_E_LIMIT ? 413 : 500;
}

}  // namespace

Exchange::Exchange(Service& service, berth_arena* memory)
    : berth_http_req{}, service_(service), memory_start_(*memory) {
    h = BERTH_HDR(berth_http_req);
    arena = memory;
    known = known_.data();
    n_known = BERTH_H_COUNT;
}

Exchange::~Exchange() {
    service_.api().host->arena_close(arena);
}

void Exchange::reset(AnswerWire& wire, const HostTable& sites) {
    wire_ = &wire;
    sites_ = &sites;
    site_ = &sites.first();
    secure = sites.tls ? 1 : 0;
    scheme = sdk::sv(sites.tls ? "https" : "http");
    path = sdk::sv("/");
    query = {};
    user = nullptr;
    reroutes = 0;
    route_prefix = 0;
    login = {};
    set_trailers({});
    protocol = {};
    at_ = {};
    answer_ = {};
    pipe_.reset();
    held_ = false;
    misdirected_ = false;
    client_ = {};
    trace_id_ = {};
    enter(State::kNew);
}

uint16_t Exchange::begin(AnswerWire& wire,
                         const HostTable& sites,
                         const Head& head,
                         std::string_view bytes) {
    reset(wire, sites);
    const uint16_t status = build_request(*service_.api().host, head, bytes, known_, *this);
    choose_site(status);
    return status;
}

uint16_t Exchange::begin(AnswerWire& wire, const HostTable& sites, const H2Head& head) {
    reset(wire, sites);
    const uint16_t status = build_request(*service_.api().host, head, known_, *this);
    choose_site(status);
    return status;
}

// A refused request has no host to go by.
void Exchange::choose_site(uint16_t refused) {
    if (refused == 0) {
        find_site(host_of(sdk::view(authority)));
    }
    if (site_->timed) {
        begun_us_ = service_.api().loop->now_us();
    }
}

// A request of HTTP/1.0 may have no host; it goes where any name goes, or to the first site.
void Exchange::find_site(std::string_view host) {
    if (Site* const found = sites_->find(host)) {
        site_ = found;
    } else {
        misdirected_ = !host.empty();
    }
}

void Exchange::begin_refused(AnswerWire& wire, const HostTable& sites, std::string_view line) {
    reset(wire, sites);
    known_.fill(0);
    version = 11;
    method = BERTH_M_OTHER;
    has_body = 0;
    n_headers = 0;
    headers = nullptr;
    method_sv = authority = {};
    content_length = BERTH_LENGTH_UNKNOWN;
    begun_us_ = service_.api().loop->now_us();
    auto* const copy = static_cast<char*>(berth_alloc(service_.api().host, arena, line.size() + 1));
    raw_target = {copy, copy == nullptr ? 0 : line.size()};
    if (raw_target.n != 0) {
        std::memcpy(copy, line.data(), line.size());
    }
}

void Exchange::run(const Site* handshake_site) {
    if (site_->traces) {
        trace();
    }
    if (!answer_without_route(handshake_site) && enter_route(0)) {
        proceed();
    }
}

// What the connection or the method decides, whatever the routes say.
bool Exchange::answer_without_route(const Site* handshake_site) {
    if (misdirected_) {
        refuse(421);
    } else if (sites_->misplaced || (secure == 0 && site_->https_port != 0)) {
        redirect_to_https();
    } else if (handshake_site != nullptr && handshake_site != site_ &&
               (handshake_site->strict_tls || site_->strict_tls)) {
        refuse(421);
    } else if (method == BERTH_M_TRACE || (method == BERTH_M_CONNECT && protocol.n == 0)) {
        refuse_method();
    } else if (path.n == 1 && *path.p == '*') {
        answer_options();
    } else {
        return false;
    }
    return true;
}

void Exchange::redirect_to_https() {
    const std::string_view host = host_of(sdk::view(authority));
    if (host.empty()) {
        refuse(400);
        return;
    }
    // Who speaks in clear to a port of TLS has found the port.
    std::string target = "https://";
    target.append(sites_->misplaced ? sdk::view(authority) : host);
    if (!sites_->misplaced && site_->https_port != 443) {
        target.append(":").append(std::to_string(site_->https_port));
    }
    target.append(without_origin(sdk::view(raw_target)));
    const berth_header location{sdk::sv("Location"), sdk::sv(target)};
    const berth_http_resp response{
        BERTH_HDR(berth_http_resp), 308, 0, &location, 1, 0, BERTH_LENGTH_UNKNOWN};
    respond(response, {});
}

void Exchange::answer_options() {
    const berth_header allow{sdk::sv("Allow"), sdk::sv(kServerMethods)};
    const berth_http_resp response{
        BERTH_HDR(berth_http_resp), 204, 0, &allow, 1, 0, BERTH_LENGTH_UNKNOWN};
    respond(response, {});
}

// 405 with the methods that would have been served.
void Exchange::refuse_method() {
    std::string methods = allowed_methods(*site_, *this);
    const berth_header allow{sdk::sv("Allow"), sdk::sv(methods.empty() ? kServerMethods : methods)};
    refuse(405, {&allow, 1});
}

// True: the handler declined.
bool Exchange::call_handler() {
    if (at_.route == nullptr) {
        answer_unrouted();
        return false;
    }
    const HandlerUse& handler = at_.route->handler;
    if (at_.route->unavailable || handler.ops == nullptr) {
        refuse(503);
        return false;
    }
    at_.handled = true;
    const berth_status status = service_.stamped(
        handler.number, [&] { return handler.ops->on_request(handler.inst, this); });
    if (status == BERTH_DECLINED && state_ == State::kHandling) {
        return true;
    }
    if (status < 0) {
        refuse(status_of_failure(status, *this));
    }
    return false;
}

void Exchange::answer_unrouted() {
    if (find_route(*site_, *this, 0).other_method) {
        refuse_method();
    } else {
        refuse(404);
    }
}

void Exchange::refuse(uint32_t status, HeaderList more) {
    if (state_ != State::kAnswered && error(status, more) < 0) {
        wire_->cut(BERTH_E_FAIL);
    }
}

bool Exchange::wants_body() const {
    const bool active = state_ == State::kHandling || state_ == State::kStreaming;
    return active && at_.handled && at_.route->handler.ops->on_body != nullptr;
}

void Exchange::set_trailers(HeaderList fields) {
    trailers = fields.data();
    n_trailers = static_cast<uint32_t>(fields.size());
}

size_t Exchange::deliver(std::string_view data, bool last) {
    if (!wants_body()) {
        return data.size();
    }
    const HandlerUse& handler = at_.route->handler;
    berth_rbuf buffer{reinterpret_cast<const uint8_t*>(data.data()), data.size()};
    const berth_status status = service_.stamped(handler.number, [&] {
        return handler.ops->on_body(handler.inst, this, &buffer, 1, last ? 1 : 0);
    });
    if (status < 0) {
        refuse(status == BERTH_E_LIMIT ? 413 : 500);
        return data.size();
    }
    return data.size() - buffer.n;
}

void Exchange::abort(berth_status why) {
    const bool active = state_ < State::kFinishing;
    answer_.sent -= std::min(wire_->unsent(), answer_.sent);
    enter(State::kAborted);
    if (!active || !at_.handled || at_.route->handler.ops->on_abort == nullptr) {
        return;
    }
    const HandlerUse& handler = at_.route->handler;
    service_.stamped(handler.number, [&] {
        handler.ops->on_abort(handler.inst, this, why);
        return 0;
    });
}

std::string_view Exchange::client() {
    if (client_.data() != nullptr) {
        return client_;
    }
    client_ = wire_->client();
    if (site_->trust.proxies.empty()) {
        return client_;
    }
    const berth_ip peer = sdk::parse_ip(client_).value_or(berth_ip{});
    const berth_ip said = client_address(site_->trust, peer, {headers, n_headers});
    auto* const text = static_cast<char*>(berth_alloc(service_.api().host, arena, sdk::kIpSize));
    if (text != nullptr && !sdk::same_ip(said, peer)) {
        client_ = {text, sdk::format_ip(said, text)};
    }
    return client_;
}

bool Exchange::is_logged() const {
    return site_->log != nullptr || (at_.filters != nullptr && !at_.filters->on_log().empty());
}

void Exchange::log() {
    const berth_http_resp& head = answer_.head;
    const uint64_t usec = service_.api().loop->now_us() - begun_us_;
    if (site_->log != nullptr) {
        site_->log->write(
            {*this, client(), site_->name, head.status, answer_.sent, usec, trace_id_},
            service_.date());
    }
    for (const FilterUse& filter :
         at_.filters != nullptr ? at_.filters->on_log() : std::span<const FilterUse>()) {
        call_filter(filter, [&] {
            filter.ops->on_log(filter.inst, this, &head, answer_.sent, usec);
            return BERTH_OK;
        });
    }
}

void Exchange::finish() {
    ++*site_->answers[answer_.head.status / 100];
    if (is_logged()) {
        log();
    }
    leave_route(nullptr);
    pipe_.drop();
    pipe_.reset();
    if (ticket_ != 0) {
        service_.api().loop->retire(ticket_);
        ticket_ = 0;
    }
    empty_arena();
}

void Exchange::empty_arena() {
    // The arena's first block is the common case and needs no call to be empty again.
    if (arena->end == memory_start_.end) {
        arena->cur = memory_start_.cur;
    } else {
        service_.api().host->arena_reset(arena);
        memory_start_ = *arena;
    }
}

}  // namespace berth::http
