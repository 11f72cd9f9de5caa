#pragma once

#include "h2_budget.h"
#include "h2_engine.h"
#include "h2_frame_watch.h"
#include "h2_head.h"
#include "router.h"
#include "wakeups.h"

#include "berth/stream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

class H2Output;
class H2Stream;
class Service;

// HTTP/2 on one connection, above nghttp2: judges the client's frames, finds the stream that each
// belongs to, and sends what all streams have to say in one write per turn. Owns its streams.
//
//   kOpen ─drain→ kNoticed ─1 s→ kLeaving ─no stream left→ kClosing
//   any but kClosing ─connection error→ kEnding ─GOAWAY is out→ kClosing
class H2Session final : private Wakeups::Sleeper {
public:
    H2Session(Service& service,
              berth_stream& stream,
              const HostTable& sites,
              const Site* handshake);
    ~H2Session();
    H2Session(const H2Session&) = delete;
    H2Session& operator=(const H2Session&) = delete;

    // Announces what we accept. False: memory is exhausted.
    bool begin();
    static const berth_stream_cb kCallbacks;

    // Of nghttp2, through H2Engine; their results are nghttp2's error codes.
    int on_begin_headers(const nghttp2_frame& frame);
    int on_header(std::string_view name, std::string_view value);
    int on_frame(const nghttp2_frame& frame);
    int on_invalid_frame(const nghttp2_frame& frame, int error);
    int on_body(int32_t stream, std::string_view bytes);
    int on_frame_sent(const nghttp2_frame& frame);
    int on_stream_closed(int32_t stream, uint32_t error);
    int send_data(H2Stream& stream, std::string_view head, size_t size);

    // Of the streams.
    Service& service() { return service_; }
    nghttp2_session* engine() { return engine_.get(); }
    const HostTable& sites() const { return sites_; }
    const Site* handshake_site() const { return handshake_site_; }
    berth_stream& connection() { return stream_; }
    std::string_view client();
    // A stream has something to do that must not happen now.
    void attend_later();
    // The stream is given up; frames of it that are on their way are no error.
    void reset(int32_t stream, uint32_t error);
    // As reset(), and it is the client's fault.
    void refuse(int32_t stream, uint32_t error);
    // As its `priority` field says (RFC 9218), which may be empty.
    void prioritise(int32_t stream, std::string_view field);
    // After this answer, no more requests.
    void leave();
    // Ends the connection with an error; limit: the one that was hit, or NULL.
    void end(uint32_t error, const char* limit = nullptr);
    uint64_t now_ms() const { return now_ms_; }
    bool is_leaving() const { return state_ != State::kOpen; }
    // The client's system takes nothing for now, so it is not its window that we wait for.
    bool is_throttled() const { return throttled_; }
    // Bytes of answers that wait, of all streams.
    uint64_t waiting_bytes = 0;
    // And of answers that were sent.
    uint64_t sent_bytes = 0;

private:
    enum class State : uint8_t { kOpen, kNoticed, kLeaving, kEnding, kClosing };

    berth_status on_data(berth_rbuf* buffers, uint32_t n);
    void on_end_of_input();
    void on_writable();
    void on_drain(uint64_t deadline_ms);
    void on_timeout();
    void on_close(berth_status why);
    void on_wake() override;

    void enter(State state) { state_ = state; }
    void receive(std::string_view bytes);
    bool feed(std::string_view bytes);
    bool names_old_stream(const H2Frame& frame);
    bool belongs_somewhere(const H2Frame& frame);
    bool was_skipped(const H2Frame& frame) const;
    bool judge(H2Budget::Verdict verdict);
    void on_header_block(const nghttp2_frame& frame, bool ends);
    void note_reset(int32_t stream);
    H2Stream* find(int32_t stream) const;
    void close(berth_status why, bool linger);
    void begin_call();
    void end_call();
    void attend_streams();
    void flush();
    void close_when_done();
    void keep_watch();

    Service& service_;
    berth_stream& stream_;
    const HostTable& sites_;
    const Site* handshake_site_;
    NghttpSession engine_;
    std::vector<std::unique_ptr<H2Stream>> streams_;
    std::unique_ptr<std::string> client_;  // made for the first line of a log
    std::vector<int32_t> resets_;          // streams that we gave up lately
    H2Head head_;                          // the header block that comes
    H2Stream* reading_ = nullptr;          // whose it is
    H2Budget budget_;
    H2FrameWatch watch_;
    H2Output* output_ = nullptr;  // during flush()
    uint32_t last_stream_ = 0;    // highest that the client has opened
    uint64_t opened_ = 0;         // bit n: last_stream_ - 2n was opened, not skipped
    uint32_t resets_next_ = 0;
    uint64_t now_ms_ = 0;  // of this call
    State state_ = State::kOpen;
    bool busy_ = false;       // a call from the stream is on the stack
    bool attend_ = false;     // some stream has something to do
    bool throttled_ = false;  // output is above its high mark
    bool ended_ = false;      // the client will send no more
    bool watching_ = false;   // the stream's timeout is for the streams' sake
};

}  // namespace berth::http
