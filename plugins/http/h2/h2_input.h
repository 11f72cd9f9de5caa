#pragma once

#include "h2/h2_budget.h"
#include "h2/h2_decoder.h"
#include "h2/h2_frame_reader.h"
#include "h2/h2_head.h"

#include "berth/http.h"

#include <cstdint>
#include <string_view>

namespace berth::http {

class H2Session;
class H2Stream;

// What a client sends on one connection: judges its frames one by one, whether their form, their
// order and their number are right (RFC 9113 4 to 6), and hands what they carry to the session and
// its streams.
class H2Input {
public:
    explicit H2Input(H2Session& session) : session_(session) {}

    // False: memory is exhausted.
    bool begin() { return decoder_.begin(); }
    // Takes what is complete off the front of bytes, until the session ends; the rest is to be
    // shown again with more behind it.
    void receive(std::string_view& bytes);
    // The session had to give up a stream because of the client.
    void charge_stream_error();
    // Something that came is not complete yet; since when, in loop milliseconds.
    bool is_incomplete() const { return block_.stream != 0 || cut_since_ms_ != 0; }
    uint64_t incomplete_since_ms() const {
        return block_.stream != 0 ? block_.since_ms : cut_since_ms_;
    }

private:
    // The header block that comes.
    struct Block {
        uint32_t stream = 0;           // 0: none does
        berth_arena* arena = nullptr;  // of the exchange that its fields are kept for
        bool wanted = false;           // by a stream; otherwise it is decoded for the next one only
        bool trailers = false;
        bool ends_stream = false;
        uint64_t since_ms = 0;
    };

    bool take_preface(std::string_view& bytes);
    bool is_allowed(const H2Piece& piece);
    bool is_in_order(const H2Frame& frame) const;
    bool judge(H2Budget::Verdict verdict);
    void dispatch(const H2Piece& piece);
    void on_data(const H2Piece& piece);
    bool take_windows(const H2Piece& piece, H2Stream* stream);
    void on_headers(const H2Piece& piece);
    void begin_request(uint32_t id);
    void begin_trailers(uint32_t id);
    void drop_block();
    void read_block(std::string_view fragment, bool last);
    void finish_block();
    void on_priority(const H2Piece& piece);
    void on_rst_stream(const H2Frame& frame);
    void on_settings(const H2Piece& piece);
    void on_ping(const H2Piece& piece);
    void on_window_update(const H2Piece& piece);
    void on_priority_update(const H2Piece& piece);
    H2Stream* live(uint32_t id) const;
    bool is_excused(uint32_t id);

    H2Session& session_;
    H2FrameReader reader_;
    H2Decoder decoder_;
    H2Budget budget_;
    H2Head head_;
    Block block_;
    uint64_t cut_since_ms_ = 0;  // a frame has begun, 0: none has
    bool greeted_ = false;       // the preface has come
    bool settled_ = false;       // and the SETTINGS behind it
};

}  // namespace berth::http
