#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace berth::http {

// Takes the framing of a chunked body (RFC 9112 7.1) off its bytes, which it neither keeps nor
// copies but for the lines of its trailers. Strict: every line ends with CRLF, sizes are bare
// hexadecimal digits, extensions are skipped within limits. The same bytes give the same verdict
// however they are cut.
class ChunkDecoder {
public:
    enum class Step : uint8_t {
        kMore,     // all of input was framing and is gone
        kData,     // input begins with available() or fewer bytes of data
        kEnd,      // the body is complete; what is left of input is not its
        kRefused,  // broken or over a limit; the connection cannot go on
    };

    // Removes framing from the front of input.
    Step next(std::string_view& input);
    // Bytes of data that the current chunk still has.
    uint64_t available() const { return left_; }
    // The caller removed that many bytes of data from the front of its input.
    void took(uint64_t bytes);
    // The trailers' lines as they came, each with its end; NULL when there are none. With kEnd,
    // once.
    std::unique_ptr<std::string> take_trailers() { return std::move(trailer_lines_); }

private:
    enum class State : uint8_t {
        kSizeFirst,  // ─digit→ kSize ─';'→ kExtension ─CR→ kSizeEnd ─LF→ kData or kTrailer
        kSize,
        kExtension,
        kSizeEnd,
        kData,  // ─all taken→ kDataCr ─CR→ kDataEnd ─LF→ kSizeFirst
        kDataCr,
        kDataEnd,
        kTrailer,  // start of a line ─token→ kTrailerName ─':'→ kTrailerValue ─CR→ kTrailerEnd
        kTrailerName,  //                 ─CR→ kLastEnd ─LF→ kDone
        kTrailerValue,
        kTrailerEnd,
        kLastEnd,
        kDone,
        kRefused,
    };

    State feed(char c);
    State on_size(char c);
    State on_extension(char c);
    State on_trailer(char c);
    State after_size_line();
    bool is_mostly_framing() const;
    void keep_trailer(char c);

    std::unique_ptr<std::string> trailer_lines_;
    uint64_t left_ = 0;
    uint32_t framing_ = 0, data_ = 0;  // bytes so far; both stop counting at their maximum
    uint16_t extensions_ = 0, trailers_ = 0;
    uint16_t extension_ = 0;  // of this chunk
    uint8_t digits_ = 0;
    State state_ = State::kSizeFirst;
};

}  // namespace berth::http
