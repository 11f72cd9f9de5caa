#pragma once

#include "exchange.h"
#include "h2_head.h"
#include "h2_tunnel.h"
#include "segment_queue.h"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

class H2Fields;
class H2Output;
class H2Session;

// One request on an HTTP/2 connection and its answer. The exchange ends when its answer is
// complete; what of it waits for the client's window stays here.
class H2Stream final : private AnswerWire {
public:
    H2Stream(H2Session& session, int32_t id);
    ~H2Stream();
    H2Stream(const H2Stream&) = delete;
    H2Stream& operator=(const H2Stream&) = delete;

    // False: there is no memory for an exchange.
    bool begin();
    // Of its exchange; NULL when that is over.
    berth_arena* arena() { return exchange_ ? exchange_->arena : nullptr; }
    int32_t id() const { return id_; }
    size_t place = 0;  // in the session's list

    // What arrived. None of them is called inside a call of the handler.
    void on_request(const H2Head& head, H2Head::Verdict verdict);
    void on_body(std::string_view bytes);
    void on_body_end();
    void on_trailers(HeaderList trailers);
    void on_answer_sent();
    bool body_ended() const { return ended_; }
    // Ends what a client is too slow for; called now and then.
    void check_progress();
    // From the top of the loop: does what had to wait.
    void attend();
    // To a tunnel.
    void on_drain(uint64_t deadline_ms);
    // The stream is over.
    void on_closed(berth_status why);

    // How much of the answer can be sent now; nghttp2's data source.
    ssize_t produce(size_t bytes_max, uint32_t* flags);
    // Hands over that much.
    void send(H2Output& output, size_t bytes);

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
    std::string_view client() override;
    void wake() override;

    struct Trailer {
        std::string name, value;
    };

    bool is_active() const;
    bool is_blocked() const;
    bool is_refused() const;
    const SiteLimits& limits() const;
    void give_up_on_client(bool receiving);
    void refuse(uint32_t status);
    void malformed();
    void complete_answer();
    void end_waiting_answer();
    void offer_continue();
    void on_tunnel_data(std::string_view bytes);
    void deliver_to_tunnel();
    void attend_tunnel();
    void deliver_kept();
    void consume(size_t bytes);
    void drop(size_t bytes);
    void settle();
    void finish_exchange(berth_status why);
    bool queue(Segments segments);
    berth_status pressure();
    bool submit_fields(const H2Fields& fields, bool ends);
    void submit_trailers(uint32_t* flags);

    H2Session& session_;
    std::unique_ptr<Exchange> exchange_;              // until its answer is complete
    std::unique_ptr<H2Tunnel> tunnel_;                // what it was upgraded to
    std::string kept_;                                // of the body, not taken yet
    std::unique_ptr<std::vector<Trailer>> trailers_;  // until the body is sent
    SegmentQueue output_;
    uint64_t received_ = 0;           // bytes of the body
    uint64_t body_max_ = UINT64_MAX;  // of them, once it is answered
    uint64_t since_ms_;               // when moved_ was 0
    uint64_t moved_ = 0;              // bytes, either way
    uint64_t others_;                 // session_.sent_bytes then
    const int32_t id_;
    uint32_t status_ = 0;  // of the answer
    berth_status cut_why_ = BERTH_OK;
    bool begun_ : 1 = false;      // the exchange has begun
    bool ended_ : 1 = false;      // the client has sent all of the request
    bool end_told_ : 1 = false;   // and the handler knows
    bool complete_ : 1 = false;   // the answer's end is queued
    bool awaiting_ : 1 = false;   // and what is not sent yet waits for the rest of the request
    bool unneeded_ : 1 = false;   // nobody needs the rest of the request
    bool expecting_ : 1 = false;  // the client waits for 100 (Continue)
    bool tunnelled_ : 1 = false;  // an extended CONNECT: no body, but a stream's bytes
    bool attend_ : 1 = false;
    bool again_ : 1 = false;  // the handler waits for on_writable
};

}  // namespace berth::http
