#pragma once

#include "h2/h2_block.h"
#include "h2/h2_input.h"
#include "h2/h2_output.h"
#include "h2/h2_schedule.h"
#include "h2/h2_streams.h"
#include "h2/h2_window.h"
#include "router.h"
#include "wakeups.h"

#include "berth/stream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace berth::http {

class Service;

// HTTP/2 on one connection: its streams, its windows, how it ends, and what it sends, all in one
// write per turn. What the client sends comes through H2Input. Owns its streams.
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

    // Of the stream.
    berth_stream& stream() { return stream_; }
    berth_status on_data(berth_rbuf* buffers, uint32_t n);
    void on_writable();
    void on_drain(uint64_t deadline_ms);
    void on_timeout();
    void on_close(berth_status why);

    Service& service() { return service_; }
    const HostTable& sites() const { return sites_; }
    const Site* handshake_site() const { return handshake_site_; }
    std::string_view client();
    uint64_t now_ms() const { return now_ms_; }
    bool is_open() const { return state_ < State::kEnding; }
    // Frames may be read: not so many answers wait that nobody takes.
    bool takes_input() const { return is_open() && output_.kept_bytes() <= kKeptMax; }
    bool is_leaving() const { return state_ != State::kOpen; }

    // Of the input.
    H2Streams& streams() { return streams_; }
    // NULL: it is refused, or not answered any more.
    H2Stream* open_stream(uint32_t id);
    // The client has ended the stream. Never inside a call of a handler, as the next one.
    void remove(H2Stream& stream);
    void remove_if_over(H2Stream& stream);
    void on_setting(uint16_t id, uint32_t value);
    void on_settings_confirmed() { client_is_.confirmed = true; }
    void on_goaway() { client_is_.leaving = true; }
    // Answers PING or SETTINGS.
    void confirm(const H2SmallFrame& frame);
    // False: the client has sent more than it might.
    bool take_window(uint32_t bytes) { return receive_window_.take(bytes); }
    void open_window(uint32_t increment);
    void open_window(H2Stream& stream, uint32_t increment);

    // Of the streams.
    // A stream has something to do that must not happen now.
    void attend_later();
    // The stream is given up; frames of it that are on their way are no error.
    void reset(H2Stream& stream, H2Error error);
    // As reset(), and it is the client's fault.
    void refuse(H2Stream& stream, H2Error error);
    // The stream is over; it goes when no handler is being called.
    void note_over() { is_.unswept = true; }
    // After this answer, no more requests.
    void leave();
    // Ends the connection with an error; limit: the one that was hit, or NULL.
    void end(H2Error error, const char* limit = nullptr);
    // The client's system takes nothing for now, so it is not its window that we wait for.
    bool is_throttled() const { return output_.is_throttled(); }
    // Bytes of bodies that came are used up.
    void consume(size_t bytes);
    // For one header block at a time.
    H2Block begin_block();
    void send_block(uint32_t stream, H2Block& block, bool ends_stream);
    void send_frame(const H2SmallFrame& frame) { output_.add(frame.text()); }
    // May that much of a body go out before all that waits?
    bool sends_at_once(uint64_t bytes) const;
    void send_body(const H2FrameHead& head, Segments body);
    // What the stream has queued goes out when it is its turn.
    void schedule(H2Stream& stream);
    // Bytes of answers that wait, of all streams.
    uint64_t waiting_bytes = 0;
    // And of answers that were sent.
    uint64_t sent_bytes = 0;

private:
    static constexpr size_t kKeptMax = 64 * 1024;
    enum class State : uint8_t { kOpen, kNoticed, kLeaving, kEnding, kClosing };
    // What is known of the connection beyond its state.
    struct Is {
        bool busy = false;       // a call from the stream is on the stack
        bool attending = false;  // some stream has something to do
        bool unswept = false;    // some stream is over
        bool paused = false;     // nothing is read
        bool ended = false;      // the client will send no more
        bool watching = false;   // the stream's timeout is for the streams' sake
    };
    // What the client has said of itself.
    struct Client {
        uint32_t window = 65'535;    // of a new stream
        uint32_t confirmations = 0;  // that it has not read
        bool confirmed = false;      // our SETTINGS
        bool shrinks_table = false;  // and has to be told that there is none
        bool leaving = false;
    };

    void on_end_of_input();
    void on_wake() override;
    void go_on();

    void enter(State state) { state_ = state; }
    void send_settings();
    void send_goaway(uint32_t last, H2Error error);
    void set_window(uint32_t size);
    void check_input();
    void close(berth_status why, bool linger);
    void begin_call();
    void end_call();
    void attend_streams();
    void sweep();
    void send();
    void close_when_done();
    void pause_input();
    void keep_watch();

    Service& service_;
    berth_stream& stream_;
    const HostTable& sites_;
    const Site* handshake_site_;
    H2Input input_;
    H2Output output_;
    H2Streams streams_;
    H2Schedule schedule_;
    Client client_is_;
    H2SendWindow send_window_;
    H2ReceiveWindow receive_window_;
    std::unique_ptr<std::string> client_;  // made for the first line of a log
    uint64_t now_ms_ = 0;                  // of this call
    uint32_t last_answered_ = 0;           // stream that the client was told of in a GOAWAY
    State state_ = State::kOpen;
    Is is_;
};

}  // namespace berth::http
