#pragma once

#include "h1/h1_parser.h"
#include "h2/h2_fields.h"

#include "berth/http.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace berth::http {

// The fields of one header block of HTTP/2, judged one by one as they are decoded (RFC 9113 8.2 and
// 8.3, and the stricter rules of README.md) and kept in the arena of their request. It stores
// nothing more once the block is refused.
class H2Head {
public:
    enum class Verdict : uint8_t {
        kGood,
        kMalformed,  // a stream error
        kTooLarge,   // 431
        kNoMemory,   // 503
    };
    struct Pseudo {
        std::string_view method, scheme, authority, path, protocol;
    };

    // A request's block begins. limits and arena last until finish().
    void begin(const berth_host& host, berth_arena* arena, const HeadLimits& limits);
    // A block after a body begins. arena NULL: its fields are judged and dropped.
    void begin_trailers(const berth_host& host, berth_arena* arena, const HeadLimits& limits);
    void add(std::string_view name, std::string_view value);
    // The arena of trailers is gone: what comes is judged and dropped.
    void forget_arena() { fields_.forget_arena(); }
    // The block is complete. ends: nothing follows it.
    Verdict finish(bool ends);
    // Bytes decoded so far, as RFC 9113 10.5.1 counts them.
    uint64_t size() const { return size_; }

    // Valid when finish() said kGood. fields: with a Host field first, whatever the client sent.
    const Pseudo& pseudo() const { return pseudo_; }
    std::span<const berth_header> fields() const { return fields_.all_with_host(); }
    // The same of a block after a body; none of BERTH_H_*.
    std::span<const berth_header> trailers() const { return fields_.all(); }
    std::string_view priority() const { return priority_; }
    uint64_t content_length() const { return content_length_; }  // or BERTH_LENGTH_UNKNOWN
    bool has_body() const { return is_.followed; }
    bool expects_continue() const { return is_.expects_continue; }
    bool bad_expectation() const { return is_.bad_expectation; }

private:
    enum Seen : uint8_t {
        kMethod = 1,
        kScheme = 2,
        kAuthority = 4,
        kPath = 8,
        kProtocol = 16,
        kHost = 32,
        kLength = 64,
        kExpect = 128
    };

    void refuse(Verdict verdict);
    bool first(Seen what);
    void add_pseudo(std::string_view name, std::string_view value);
    void set(std::string_view& pseudo, Seen what, std::string_view value);
    void add_field(std::string_view name, std::string_view value);
    void judge_known(uint16_t id, std::string_view value);
    void judge_length(std::string_view value);
    void store(std::string_view name, std::string_view value, uint16_t id);
    const char* copy(std::string_view text);
    void conclude_pseudo();
    void conclude_host();
    bool has_good_target() const;

    // What is known of the block.
    struct Is {
        bool trailers = false;  // not a request's
        bool regular = false;   // behind its pseudo-fields
        bool followed = false;  // by a body
        bool expects_continue = false;
        bool bad_expectation = false;
    };

    H2Fields fields_;
    const HeadLimits* limits_ = nullptr;
    Pseudo pseudo_;
    std::string_view host_field_, priority_;
    uint64_t size_ = 0, content_length_ = BERTH_LENGTH_UNKNOWN;
    uint32_t cookies_ = 0;
    Verdict verdict_ = Verdict::kGood;
    uint8_t seen_ = 0;
    Is is_;
};

}  // namespace berth::http
