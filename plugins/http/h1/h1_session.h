#pragma once

#include "exchange_holder.h"
#include "h1/h1_body.h"
#include "h1/h1_parser.h"
#include "h1/h1_writer.h"
#include "wakeups.h"

#include "berth/stream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace berth::http {

class H1Tunnel;
class Service;

// HTTP/1.0 and 1.1 on one connection. Handles one request at a time; those that the client sent
// ahead wait in the host's buffer. An idle session holds no exchange and no memory but its own.
//
//            ┌────────────────────────── answered ──────────────────────────┐
//            ▼                                                              │
//   kIdle ─part of a head→ kHead ─complete→ kBody ─body complete→ kAnswer ──┤
//     ▲                                       │ no body: at once            │
//     └─────────── output drained ──── kThrottled ◄── output above the mark ┘
//   any ─answered and not kept alive, refused, timed out→ kClosing
//   kAnswer ─upgraded→ kTunnel: the connection is the tunnel's, which owns the session
class H1Session final : private AnswerWire, private Wakeups::Sleeper {
public:
    H1Session(Service& service,
              berth_stream& stream,
              const HostTable& sites,
              const Site* handshake);
    ~H1Session();
    H1Session(const H1Session&) = delete;
    H1Session& operator=(const H1Session&) = delete;

    // Sets the idle timeout. The session is the stream's user.
    void begin();
    berth_stream& stream() { return stream_; }

    // Of the stream; on_close() of its tunnel, too.
    berth_status on_data(berth_rbuf* buffers, uint32_t n);
    void on_writable();
    void on_drain(uint64_t deadline_ms);
    void on_timeout();
    void on_close(berth_status why);

private:
    enum class State : uint8_t { kIdle, kHead, kBody, kAnswer, kThrottled, kClosing, kTunnel };

    // Of the exchange.
    berth_status write_head(const AnswerHead& head, Segments body) override;
    berth_status write_body(Segments body) override;
    berth_status write_end(HeaderList trailers) override;
    berth_status write_informational(const berth_http_resp& response) override;
    Upgraded upgrade(const berth_http_resp& response, std::string_view protocol) override;
    void cut(berth_status why) override;
    void hold_body(bool on) override;
    const berth_conn_info& info() override;
    uint64_t unsent() const override;
    std::string_view client() override;
    void wake() override;
    void on_wake() override;
    void go_on();

    void enter(State state);
    void on_end_of_input();
    void process(std::string_view& input);
    bool read_head(std::string_view& input);
    bool read_body(std::string_view& input);
    bool hand_over(std::string_view data, std::string_view& input);
    void take_trailers();
    void end_body();
    void begin_exchange(const Head& head, std::string_view input);
    void begin_body(const Head& head);
    void refuse(uint32_t status, std::string_view line);
    void refuse_body(uint32_t status);
    void offer_continue();
    void settle();
    void finish_exchange();
    void become_idle();
    void close(berth_status why, bool linger);
    void hold_input();
    void release_input();
    void check_body_rate();
    void start_body_window();
    bool decide_keep_alive(const AnswerHead& head) const;
    AnswerFraming framing_of(const AnswerHead& head) const;
    berth_status send(Segments segments);
    berth_status write_upgrade(const berth_http_resp& response, std::string_view protocol);
    const SiteLimits& limits() const;

    // What is known of the connection beyond its state.
    struct Flags {
        bool busy : 1;        // a call from the stream is on the stack
        bool holding : 1;     // reading is paused with input left
        bool keep_alive : 1;  // as far as the current request and its answer say
        bool expecting : 1;   // the client waits for 100 (Continue)
        bool chunked : 1;     // the answer is sent in chunks
        bool throttled : 1;   // output is above its high mark
        bool draining : 1;
        bool ended : 1;  // the client will send no more
    };

    Service& service_;
    berth_stream& stream_;
    const HostTable& sites_;
    const Site* handshake_site_;
    ExchangeHolder exchange_;
    H1Tunnel* tunnel_ = nullptr;           // owns this session
    std::unique_ptr<std::string> client_;  // made for the first line of a log
    H1Body body_;
    HeadProgress progress_;
    uint32_t window_bytes_ = 0;  // of the body, since its timeout was set
    State state_ = State::kIdle;
    Flags is_{};
};

}  // namespace berth::http
