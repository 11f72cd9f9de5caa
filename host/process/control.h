#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// What supervisor, zygote and workers say to each other over SOCK_SEQPACKET pairs, one packet a
// message.
enum class ControlType : uint16_t {
    // zygote -> supervisor
    kStep = 1,    // text: what it begins to do now, to name the culprit when it crashes or hangs
    kPrepared,    // text: one line `number name` per configured instance, for crash reports; `log
                  // path` per log
    kRejected,    // value: exit code, text: diagnostics (also from a worker that cannot begin)
    kForked,      // slot, pid
    kForkFailed,  // slot, value: errno
    kExited,      // pid, value: wait status
    // supervisor -> zygote
    kFork,  // slot, value: scoreboard row, text: quarantined plugins, one per line; fd: the
            // worker's control
    kEnd,   // end when the last worker is gone
    // worker -> supervisor
    kReady,
    // supervisor -> worker
    kServe,        // begin to accept
    kDrain,        // value: milliseconds from now until what is left is closed
    kStop,         // as kDrain, for a server that ends: idle connections close at once
    kReopenLogs,   // also to the zygote, for workers to come. text: one log name per line; fds: the
                   // files
    kCertificate,  // slot: index of the certificate, text: PEM of chain and key
    kPing,         // turn the loop, so that the heartbeat moves
};

// Who speaks to whom.
enum class ControlRoute : uint8_t { kFromZygote, kToZygote, kFromWorker, kToWorker };

struct ControlMessage {
    ControlType type = ControlType::kPing;
    uint32_t slot = 0;
    int32_t pid = 0;
    uint64_t value = 0;
    std::string text;
    std::vector<UniqueFd> fds;
};

inline constexpr size_t kControlHeaderBytes = 24;
inline constexpr size_t kControlTextMax = 128 * 1024;
inline constexpr size_t kControlFdsMax = 16;
inline constexpr uint32_t kControlSlotsMax = 1024;

// The packet of a message, without its descriptors. Longer text is cut.
std::vector<uint8_t> encode_control(const ControlMessage& message);
// Everything is checked: the type is one of that route, numbers are in range, text and descriptors
// are only where the type has them. The descriptors are added by the caller.
Result<ControlMessage> decode_control(std::span<const uint8_t> packet,
                                      size_t fd_count,
                                      ControlRoute route);

// Where the sender of messages stands. Total: every type in every state gives a next state or is
// refused.
enum class PeerState : uint8_t { kStarting, kReady, kEnding };
std::optional<PeerState> next_peer_state(ControlRoute route, PeerState state, ControlType type);

// One end of a pair: sends any message, receives those of its route in a legal order.
class ControlChannel {
public:
    enum class Outcome : uint8_t { kMessage, kAgain, kEnd, kBroken };
    struct Received {
        Outcome outcome = Outcome::kAgain;
        ControlMessage message;
        std::string why;  // of kBroken
    };

    // receives: what the other end says.
    ControlChannel(UniqueFd socket, ControlRoute receives)
        : socket_(std::move(socket)), route_(receives) {}

    // Two connected ends, non-blocking and close-on-exec.
    static Result<std::pair<UniqueFd, UniqueFd>> make_pair();

    // Descriptors are duplicated into the packet; the caller's stay open as long as the message
    // lives. Waits a moment for a full socket; an error means that the other end is gone or stuck.
    Status send(const ControlMessage& message);
    Received receive();

    int fd() const { return socket_.get(); }
    PeerState state() const { return state_; }
    bool is_open() const { return socket_.get() >= 0; }
    void close() { socket_ = UniqueFd(); }

private:
    UniqueFd socket_;
    ControlRoute route_;
    PeerState state_ = PeerState::kStarting;
};

}  // namespace berth
