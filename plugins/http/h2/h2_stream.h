#pragma once

#include "exchange_holder.h"
#include "h2/h2_body.h"
#include "h2/h2_head.h"
#include "h2/h2_output.h"
#include "h2/h2_tunnel.h"
#include "h2/h2_window.h"
#include "h2/priority.h"
#include "h2/segment_queue.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

class H2Session;

// One request on an HTTP/2 connection and its answer. The exchange ends when its answer is
// complete; what of it waits for the client's window stays here.
class H2Stream final : private AnswerWire {
public:
    // send_window: what the client says of new streams.
    H2Stream(H2Session& session, uint32_t id, uint32_t send_window);
    ~H2Stream();
    H2Stream(const H2Stream&) = delete;
    H2Stream& operator=(const H2Stream&) = delete;

    // False: there is no memory for an exchange.
    bool begin();
    // Of its exchange; NULL when that is over.
    berth_arena* arena() { return exchange_ ? exchange_->arena : nullptr; }
    uint32_t id() const { return id_; }
    // Given up, or both sides have said all.
    bool is_over() const { return is_.given_up || (is_.ended && is_.end_sent); }
    void give_up();

    // What arrived. None of them is called inside a call of the handler.
    void on_request(const H2Head& head, H2Head::Verdict verdict);
    // Refuses it without an answer. path: as far as it is known.
    void on_malformed_request(std::string_view path);
    void on_body(std::string_view bytes);
    void on_body_end();
    void on_trailers(HeaderList trailers);
    bool body_ended() const { return is_.ended; }
    // False: the client has sent more than it might.
    bool take_window(uint32_t bytes) { return body_.take_window(bytes); }
    // Bytes that came are used up.
    void consume(size_t bytes);
    // Ends what a client is too slow for; called now and then.
    void check_progress();
    // From the top of the loop: does what had to wait.
    void attend();
    // To a tunnel.
    void on_drain(uint64_t deadline_ms);
    // The stream is over.
    void on_closed(berth_status why);

    // How much it may be sent has changed. False: beyond all bounds.
    [[nodiscard]] bool open_window(int64_t by) { return send_window_.open(by); }
    void set_priority(Priority priority) { priority_ = priority; }
    Priority priority() const { return priority_; }
    // Waits for nothing but its turn and the connection's window.
    bool can_send() const;
    // The next frame of the answer, with at most that many bytes, not 0; returns how many. 0: a
    // file has become shorter, so the stream is cut.
    uint64_t send(H2Output& output, uint64_t bytes_max);

private:
    static constexpr uint64_t kLowWatermark = 16 * 1024, kHighWatermark = 64 * 1024;

    berth_status write_head(const AnswerHead& head, Segments body) override;
    berth_status write_body(Segments body) override;
    berth_status write_end(HeaderList trailers) override;
    berth_status write_informational(const berth_http_resp& response) override;
    Upgraded upgrade(const berth_http_resp& response, std::string_view protocol) override;
    void cut(berth_status why) override;
    void hold_body(bool on) override;
    const berth_conn_info& info() override;
    uint64_t unsent() const override { return output_.bytes(); }
    std::string_view client() override;
    void wake() override;

    // At least so many bytes in that time.
    struct Pace {
        uint64_t window_ms, bytes;
    };
    struct Trailer {
        std::string name, value;
    };

    bool is_active() const;
    bool is_cut() const { return cut_why_ < 0 || is_.given_up; }
    bool is_blocked() const;
    bool is_receiving() const;
    bool is_refused() const;
    const SiteLimits& limits() const;
    Pace wanted_pace(bool receiving) const;
    void give_up_on_client(bool receiving);
    void begin_refused(std::string_view path);
    void refuse(uint32_t status);
    void malformed();
    void complete_answer();
    void end_waiting_answer();
    void on_answer_sent();
    void offer_continue();
    void on_tunnel_data(std::string_view bytes);
    void deliver_to_tunnel();
    void attend_tunnel();
    void deliver_kept();
    void drop(size_t bytes);
    void settle();
    void finish_exchange(berth_status why);
    bool queue(Segments segments);
    berth_status pressure();
    void send_at_once(Segments body, uint64_t bytes);
    void conclude();
    void send_end();
    void send_trailers();
    void note_end_sent();

    // What has moved lately.
    struct Progress {
        uint64_t since_ms;
        uint64_t bytes = 0;  // either way
        uint64_t others;     // session_.sent_bytes then
    };
    struct Is {
        bool begun : 1 = false;     // the exchange has begun
        bool ended : 1 = false;     // the client has sent all of the request
        bool end_told : 1 = false;  // and the handler knows
        bool complete : 1 = false;  // the answer's end is queued
        bool awaiting : 1 = false;  // and what is not sent yet waits for the rest of the request
        bool end_sent : 1 = false;
        bool unneeded : 1 = false;   // nobody needs the rest of the request
        bool expecting : 1 = false;  // the client waits for 100 (Continue)
        bool tunnelled : 1 = false;  // an extended CONNECT: no body, but a stream's bytes
        bool attending : 1 = false;
        bool throttled : 1 = false;  // the handler waits for on_writable
        bool given_up : 1 = false;   // and reset
    };

    H2Session& session_;
    ExchangeHolder exchange_;           // until its answer is complete
    std::unique_ptr<H2Tunnel> tunnel_;  // what it was upgraded to
    H2Body body_;
    std::unique_ptr<std::vector<Trailer>> trailers_;  // until the body is sent
    SegmentQueue output_;
    Progress progress_;
    H2SendWindow send_window_;
    const uint32_t id_;
    uint32_t status_ = 0;  // of the answer
    berth_status cut_why_ = BERTH_OK;
    Priority priority_;
    Is is_;
};

}  // namespace berth::http
