// HTTP/2 as bytes: frames and header blocks for tests that play the client, and what came back.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::testing::h2 {

enum Type : uint8_t {
    kData,
    kHeaders,
    kPriority,
    kRstStream,
    kSettings,
    kPushPromise,
    kPing,
    kGoaway,
    kWindowUpdate,
    kContinuation,
    kPriorityUpdate = 16
};
enum Flag : uint8_t { kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8, kPriorityFlag = 32 };
enum Error : uint32_t {
    kNoError,
    kProtocolError,
    kInternalError,
    kFlowControlError,
    kSettingsTimeout,
    kStreamClosed,
    kFrameSizeError,
    kRefusedStream,
    kCancel,
    kCompressionError,
    kConnectError,
    kEnhanceYourCalm
};

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string number(uint64_t value, size_t bytes);
std::string frame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload);
// A frame whose head says another length.
std::string frame_of_length(
    uint32_t length, uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload);

std::string settings(const std::vector<std::pair<uint16_t, uint32_t>>& entries = {});
std::string settings_ack();
// The client's preface and its first SETTINGS.
std::string preface(const std::vector<std::pair<uint16_t, uint32_t>>& entries = {});
std::string window_update(uint32_t stream, uint32_t increment);
std::string rst_stream(uint32_t stream, uint32_t error = kCancel);
std::string ping(std::string_view eight_bytes = "12345678");
std::string data(uint32_t stream, std::string_view bytes, uint8_t flags = kEndStream);

// RFC 7541 6.2.2: literals without indexing, new names, no Huffman.
std::string literal(std::string_view name, std::string_view value);
std::string block(const Fields& fields);
std::string headers(uint32_t stream,
                    std::string_view header_block,
                    uint8_t flags = kEndStream | kEndHeaders);
// The fields of a request that nothing is wrong with.
Fields get(std::string_view path = "/", std::string_view authority = "a");
Fields post(std::string_view path = "/");
std::string request(uint32_t stream, const Fields& fields = get(), uint8_t more = kEndStream);

struct Frame {
    uint8_t type = 0, flags = 0;
    uint32_t stream = 0;
    std::string payload;
};

// What a server has sent, in its parts.
class Answers {
public:
    struct Stream {
        std::vector<int> statuses;  // informational ones first
        Fields fields, trailers;
        std::string body;
        bool ended = false, reset = false;
        uint32_t error = 0;

        int status() const { return statuses.empty() ? 0 : statuses.back(); }
        std::string field(std::string_view name) const;
    };

    Answers();
    // More of the server's output; whole frames are taken off its front.
    void read(std::string& output);

    std::vector<Frame> frames;
    std::map<uint32_t, Stream> streams;
    std::map<uint16_t, uint32_t> settings;
    std::vector<uint32_t> goaways;  // their errors
    std::vector<uint32_t> last_streams;
    uint32_t settings_acks = 0, pings = 0;
    bool broken = false;  // something that cannot be decoded

private:
    struct DeleteInflater {
        void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
    };

    void take(const Frame& frame);
    void take_header_block(uint32_t stream, uint8_t flags);

    std::unique_ptr<nghttp2_hd_inflater, DeleteInflater> inflater_;
    std::string block_;
    uint8_t block_flags_ = 0;
};

}  // namespace berth::testing::h2
