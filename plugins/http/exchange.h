#pragma once

#include "body_pipe.h"
#include "filter_chain.h"
#include "request_builder.h"
#include "router.h"
#include "segments.h"
#include "site.h"

#include "berth/http.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace berth::http {

class Service;

using HeaderList = std::span<const berth_header>;

// An answer's head, with what its exchange knows of its body.
struct AnswerHead {
    const berth_http_resp& response;  // content_length: of the whole body, or BERTH_LENGTH_UNKNOWN
    bool bodyless = false;            // HEAD, 204, 304: no body follows whatever the length
    bool complete = false;            // the segments that come with it are all of the body;
                                      // without it there are none
};

// What became of an upgrade.
struct Upgraded {
    berth_status status = BERTH_OK;
    berth_stream* stream = nullptr;
};

// The connection's side of an exchange: puts its answer on the wire in one version of HTTP. The
// segments' references pass to it, also on error.
class AnswerWire {
public:
    virtual berth_status write_head(const AnswerHead& head, Segments body) = 0;
    virtual berth_status write_body(Segments body) = 0;
    virtual berth_status write_end(HeaderList trailers) = 0;
    virtual berth_status write_informational(const berth_http_resp& response) = 0;
    // Tells the client that its protocol is spoken from here on. The exchange lasts as long as the
    // stream.
    virtual Upgraded upgrade(const berth_http_resp& response, std::string_view protocol) = 0;
    // Cuts the connection or stream; the exchange's abort() follows from the top of the loop.
    virtual void cut(berth_status why) = 0;
    // The handler takes no more of the body for now, or again.
    virtual void hold_body(bool on) = 0;
    virtual const berth_conn_info& info() = 0;
    // Bytes that were accepted and are not sent yet.
    virtual uint64_t unsent() const = 0;
    // Numeric address of the other end; the text lasts as long as the wire.
    virtual std::string_view client() = 0;
    // The exchange moved on outside of a call from the wire: come back from the top of the loop.
    virtual void wake() = 0;

protected:
    ~AnswerWire() = default;
};

// One request and its answer, whatever the version of HTTP: finds the route, runs filters and the
// handler, serves the functions of berth_http_ext, counts and logs. The request half is the C
// struct itself. Made by the service and used again; owned by a session from begin() to finish().
//
//   kNew ─run()→ kFiltering ─→ kHandling ─start()→ kStreaming ─end()→ kFinishing ─→ kAnswered
//                    └──────────────┴──────────────respond()──────────────↗────────────↗
//   kFiltering, kHandling, kStreaming, kFinishing ─abort()→ kAborted
//
// kFinishing: the answer is given, but filters still hold some of it. kUpgraded, from kHandling:
// what follows is not HTTP.
class Exchange final : public berth_http_req {
public:
    enum class State : uint8_t {
        kNew,
        kFiltering,
        kHandling,
        kStreaming,
        kFinishing,
        kAnswered,
        kAborted,
        kUpgraded
    };

    Exchange(Service& service, berth_arena* memory);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    static Exchange& of(berth_http_req* request) { return static_cast<Exchange&>(*request); }

    // For the session.
    // A request arrived at one of the sites of a listener. Returns the status to refuse it with, or
    // 0: then run() comes next.
    uint16_t begin(AnswerWire& wire,
                   const HostTable& sites,
                   const Head& head,
                   std::string_view bytes);
    // The same for a header block of HTTP/2, whose fields are in this exchange's arena.
    uint16_t begin(AnswerWire& wire, const HostTable& sites, const H2Head& head);
    // What arrived is no request; line: as much of it as shall be logged. refuse() comes next.
    void begin_refused(AnswerWire& wire, const HostTable& sites, std::string_view line);
    // Instead of error(): it gets no answer, and is logged with that status.
    void note_refused(uint32_t status) { answer_.head.status = status; }
    // handshake_site: whose TLS settings the connection has, NULL without TLS.
    void run(const Site* handshake_site);
    // After wake(): goes on behind a filter that was pending, or gives more of its body.
    void resume();
    // Does the body go to the handler? May it, now?
    bool wants_body() const;
    bool holds_body() const { return state_ == State::kFiltering || held_; }
    // The fields behind the body, before its end is delivered; in this exchange's arena.
    void set_trailers(HeaderList fields);
    // Body bytes for the handler; returns how many it took.
    size_t deliver(std::string_view data, bool last);
    void on_writable();
    // Answers with an error page, unless there is an answer; where one is under way, or not even
    // that page can be sent, it cuts the connection or stream.
    void refuse(uint32_t status, HeaderList more = {});
    // The connection is gone, and with it what is unsent.
    void abort(berth_status why);
    // Instead of begin(): nothing became of the request.
    void discard() { empty_arena(); }
    // Does somebody want to know how the answer was sent?
    bool is_logged() const;
    // The last call: logs, counts and tells everybody that the exchange is over.
    void finish();
    State state() const { return state_; }
    bool answered() const { return state_ == State::kAnswered; }
    const Site& site() const { return *site_; }
    // While it is upgraded: bytes that its stream sent, and whose code its callbacks run.
    void count_sent(uint64_t bytes) { answer_.sent += bytes; }
    uint32_t handler_number() const { return at_.route->handler.number; }

    // For handlers and filters: berth_http_ext.
    berth_status respond(const berth_http_resp& response, Segments body);
    berth_status start(const berth_http_resp& response);
    berth_status body(Segments segments);
    berth_status end(HeaderList fields);
    berth_status informational(uint32_t status, HeaderList fields);
    berth_status give_up(berth_status why);
    void pause_body(bool on);
    berth_ticket make_ticket();
    berth_status filter_resume(berth_status verdict);
    berth_status reroute(std::string_view path, std::string_view query);
    berth_status set_header(std::string_view name, std::string_view value);
    berth_status set_login(std::string_view name);
    Upgraded upgrade(std::string_view protocol, const berth_http_resp& response);
    const berth_conn_info& connection() { return wire_->info(); }
    // Numeric address of the client, as far as the site's trust goes; found when first asked for.
    std::string_view client();
    berth_status reserve(berth_segs& segments, uint32_t n);
    berth_status error(uint32_t status, HeaderList more = {});

private:
    // What a filter of the route knows of the request.
    struct FilterSlot {
        void* user;
        bool seen_before;    // it has seen the request on its way through another route
        bool declines_body;  // it leaves the body of the answer alone
    };
    // Where in its routes and filters the request is.
    struct Position {
        const Route* route = nullptr;
        const FilterChain* filters = nullptr;
        size_t index = 0;      // of the route
        uint16_t next = 0;     // filter to run
        uint16_t reached = 0;  // filters up to there have seen the request
        bool handled = false;  // the handler has seen it
        bool moved = false;    // reroute() was called
        FilterSlot* slots = nullptr;
        void* handler_user = nullptr;
        void** user_home = nullptr;  // where the current callee's pointer is kept
        berth_status verdict = BERTH_PENDING;
    };
    struct Answer {
        berth_http_resp head{};  // what on_log sees
        uint64_t sent = 0;       // bytes of the body
        uint64_t left = BERTH_LENGTH_UNKNOWN;
        bool bodyless = false;
        bool throttled = false;      // the client has enough for now
        bool handler_waits = false;  // for on_writable
        HeaderList trailers;         // kept while filters hold some of the body
    };

    void enter(State state) { state_ = state; }
    void reset(AnswerWire& wire, const HostTable& sites);
    void choose_site(uint16_t refused);
    void find_site(std::string_view host);
    void empty_arena();
    bool answer_without_route(const Site* handshake_site);
    void trace();
    void remove_header(std::string_view name);
    void redirect_to_https();
    void answer_options();
    void refuse_method();
    bool enter_route(size_t first);
    void proceed();
    bool run_filters();
    bool call_handler();
    void answer_unrouted();
    void leave_route(Position* next);
    void count_reroute_limit();
    berth_status refuse_segments(Segments segments) const;
    berth_status judge_status(uint32_t status) const;
    berth_status begin_answer(const berth_http_resp& response, uint64_t length);
    berth_status filter_head(berth_http_resp& response);
    bool has_seen(const FilterUse& filter) const {
        return filter.slot < at_.reached || at_.slots[filter.slot].seen_before;
    }
    ListMemory list_memory() const;
    berth_status filter_body(Segments in, bool last, Segments& out);
    berth_status begin_filtered(Segments body);
    berth_status write(Segments body);
    berth_status finish_body();
    berth_status keep_trailers(HeaderList fields);
    void go_on();
    void forget_answer_head();
    void log();
    void complete();
    template <class Call>
    berth_status call_filter(const FilterUse& filter, Call call);

    Service& service_;
    AnswerWire* wire_ = nullptr;
    const HostTable* sites_ = nullptr;
    const Site* site_ = nullptr;
    KnownFields known_{};
    Position at_;
    Answer answer_;
    BodyPipe pipe_;
    std::string_view client_;  // null: not asked for yet
    std::string_view trace_id_;
    uint64_t begun_us_ = 0;
    berth_ticket ticket_ = 0;
    berth_arena memory_start_{};  // of the arena when it is empty
    State state_ = State::kNew;
    bool held_ = false;
    bool misdirected_ = false;  // no site of the listener serves its host
};

}  // namespace berth::http
