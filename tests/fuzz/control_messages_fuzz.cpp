// What a worker, a zygote or the supervisor says over its control socket: a route, then packets,
// each a number of descriptors and a length before its bytes. What is decoded is in range and
// encodes to the same bytes; the order of messages never leaves its table; a certificate's text
// unpacks to what packs to it.
#include "process/control.h"
#include "process/tls_material.h"
#include "support/fuzz_input.h"

#include <array>
#include <string>

namespace {

using namespace berth;
using testing::require;

constexpr std::array kRoutes{ControlRoute::kFromZygote,
                             ControlRoute::kToZygote,
                             ControlRoute::kFromWorker,
                             ControlRoute::kToWorker};
constexpr std::array kStates{PeerState::kStarting, PeerState::kReady, PeerState::kEnding};

std::optional<ControlType> check_packet(const std::string& text,
                                        size_t fd_count,
                                        ControlRoute route) {
    const std::vector<uint8_t> packet(text.begin(), text.end());
    auto decoded = decode_control(packet, fd_count, route);
    if (!decoded) {
        require(!decoded.error().message.empty());
        return std::nullopt;
    }
    ControlMessage& message = decoded.value();
    require(message.slot < kControlSlotsMax && fd_count <= kControlFdsMax);
    require(message.pid == 0 || message.pid > 1);
    require(message.text.size() <= kControlTextMax && message.fds.empty());
    message.fds.resize(fd_count);
    require(encode_control(message) == packet);
    if (message.type == ControlType::kCertificate) {
        require(message.text.starts_with(pack_key_pairs(unpack_key_pairs(message.text))));
    }
    return message.type;
}

bool is_from_below(ControlRoute route) {
    return route == ControlRoute::kFromZygote || route == ControlRoute::kFromWorker;
}

// One conversation: whoever is below says what it begins with, is ready at most once, and is silent
// about both after it gave up.
class Conversation {
public:
    explicit Conversation(ControlRoute route) : route_(route) {}

    // False: it is broken.
    bool take(ControlType type) {
        const auto next = next_peer_state(route_, state_, type);
        if (!next || !is_from_below(route_)) {
            require(is_from_below(route_) || next == state_);
            return next.has_value();
        }
        const bool ready = type == ControlType::kPrepared || type == ControlType::kReady;
        const bool begins = ready || type == ControlType::kStep || type == ControlType::kRejected;
        require(*next >= state_);  // never back
        require(begins == (state_ == PeerState::kStarting));
        require(!ready || *next == PeerState::kReady);
        require((type == ControlType::kRejected) ==
                (*next == PeerState::kEnding && state_ != *next));
        state_ = *next;
        return true;
    }

private:
    const ControlRoute route_;
    PeerState state_ = PeerState::kStarting;
};

void check_table() {
    for (const ControlRoute route : kRoutes) {
        for (const PeerState state : kStates) {
            for (uint16_t type = 0; type <= 0xff; ++type) {
                const auto next = next_peer_state(route, state, static_cast<ControlType>(type));
                require(!next || *next <= PeerState::kEnding);
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    check_table();
    testing::FuzzInput input(data, size);
    const ControlRoute route = kRoutes[input.byte() % kRoutes.size()];
    Conversation conversation(route);
    while (!input.empty()) {
        const size_t fd_count = input.byte();
        const auto type = check_packet(input.take(input.byte()), fd_count, route);
        if (!type || !conversation.take(*type)) {
            break;
        }
    }
    return 0;
}
