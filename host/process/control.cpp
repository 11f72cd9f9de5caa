#include "process/control.h"

#include "base/sys.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr uint32_t kMagic = 0x42637431;  // "Bct1"
constexpr int kSendWaitMs = 200;
constexpr uint64_t kDelayMaxMs = 7ull * 24 * 3600 * 1000;
constexpr size_t kPacketMax = kControlHeaderBytes + kControlTextMax;

// What a type may carry. Fields that it does not name must be zero.
struct Rule {
    ControlType type;
    bool from_zygote, to_zygote, from_worker, to_worker;
    bool slot, pid, text;
    uint64_t value_max;
    size_t fds_min, fds_max;
};

// type                       fz     tz     fw     tw     slot   pid    text   value        fds
constexpr Rule kRules[] = {
    {ControlType::kStep, true, false, false, false, false, false, true, 0, 0, 0},
    {ControlType::kPrepared, true, false, false, false, false, false, true, 0, 0, 0},
    {ControlType::kRejected, true, false, true, false, false, false, true, 255, 0, 0},
    {ControlType::kForked, true, false, false, false, true, true, false, 0, 0, 0},
    {ControlType::kForkFailed, true, false, false, false, true, false, false, 4095, 0, 0},
    {ControlType::kExited, true, false, false, false, false, true, false, 0xffff, 0, 0},
    {ControlType::kFork, false, true, false, false, true, false, true, 65535, 1, 1},
    {ControlType::kEnd, false, true, false, false, false, false, false, 0, 0, 0},
    {ControlType::kReady, false, false, true, false, false, false, false, 0, 0, 0},
    {ControlType::kServe, false, false, false, true, false, false, false, 0, 0, 0},
    {ControlType::kDrain, false, false, false, true, false, false, false, kDelayMaxMs, 0, 0},
    {ControlType::kStop, false, false, false, true, false, false, false, kDelayMaxMs, 0, 0},
    {ControlType::kReopenLogs, false, true, false, true, false, false, true, 0, 0, kControlFdsMax},
    {ControlType::kCertificate, false, false, false, true, true, false, true, 0, 0, 0},
    {ControlType::kPing, false, false, false, true, false, false, false, 0, 0, 0},
};

bool travels(const Rule& rule, ControlRoute route) {
    switch (route) {
        case ControlRoute::kFromZygote:
            return rule.from_zygote;
        case ControlRoute::kToZygote:
            return rule.to_zygote;
        case ControlRoute::kFromWorker:
            return rule.from_worker;
        case ControlRoute::kToWorker:
            return rule.to_worker;
    }
    return false;
}

const Rule* find_rule(uint16_t type, ControlRoute route) {
    const auto* rule =
        std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& candidate) {
            return static_cast<uint16_t>(candidate.type) == type && travels(candidate, route);
        });
    return rule == std::end(kRules) ? nullptr : rule;
}

// Native byte order: both ends are the same program.
struct Header {
    uint32_t magic;
    uint16_t type;
    uint16_t fd_count;
    uint32_t slot;
    int32_t pid;
    uint64_t value;
};
static_assert(sizeof(Header) == kControlHeaderBytes);

const char* fault_of(const Header& header, size_t text_bytes, const Rule& rule) {
    if (header.slot >= kControlSlotsMax || (!rule.slot && header.slot != 0)) {
        return "slot out of range";
    }
    if (rule.pid ? header.pid <= 1 : header.pid != 0) {
        return "pid out of range";
    }
    if (header.value > rule.value_max) {
        return "value out of range";
    }
    if (!rule.text && text_bytes != 0) {
        return "text where none belongs";
    }
    if (header.fd_count < rule.fds_min || header.fd_count > rule.fds_max) {
        return "wrong number of descriptors";
    }
    return nullptr;
}

// The descriptors of a received packet, owned at once so that none is lost on an error.
std::vector<UniqueFd> take_descriptors(msghdr& header) {
    std::vector<UniqueFd> fds;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    return fds;
}

}  // namespace

std::vector<uint8_t> encode_control(const ControlMessage& message) {
    const size_t text_bytes = std::min(message.text.size(), kControlTextMax);
    const Header header{kMagic,
                        static_cast<uint16_t>(message.type),
                        static_cast<uint16_t>(message.fds.size()),
                        message.slot,
                        message.pid,
                        message.value};
    std::vector<uint8_t> packet(sizeof header + text_bytes);
    std::memcpy(packet.data(), &header, sizeof header);
    std::memcpy(packet.data() + sizeof header, message.text.data(), text_bytes);
    return packet;
}

Result<ControlMessage> decode_control(std::span<const uint8_t> packet,
                                      size_t fd_count,
                                      ControlRoute route) {
    if (packet.size() < sizeof(Header)) {
        return Error{"control packet too short"};
    }
    if (packet.size() > kPacketMax) {
        return Error{"control packet too long"};
    }
    Header header;
    std::memcpy(&header, packet.data(), sizeof header);
    if (header.magic != kMagic) {
        return Error{"control packet without its mark"};
    }
    if (header.fd_count != fd_count) {
        return Error{"control packet lost descriptors"};
    }
    const Rule* rule = find_rule(header.type, route);
    if (rule == nullptr) {
        return Error{"control message " + std::to_string(header.type) + " is not for here"};
    }
    const auto text = packet.subspan(sizeof header);
    if (const char* fault = fault_of(header, text.size(), *rule)) {
        return Error{"control message " + std::to_string(header.type) + ": " + fault};
    }
    ControlMessage message;
    message.type = rule->type;
    message.slot = header.slot;
    message.pid = header.pid;
    message.value = header.value;
    message.text.assign(text.begin(), text.end());
    return message;
}

namespace {

bool only_once(ControlType type) {
    return type == ControlType::kStep || type == ControlType::kPrepared ||
           type == ControlType::kReady || type == ControlType::kRejected;
}

}  // namespace

std::optional<PeerState> next_peer_state(ControlRoute route, PeerState state, ControlType type) {
    const bool speaks_first = type == ControlType::kPrepared || type == ControlType::kReady;
    switch (route) {
        case ControlRoute::kToZygote:
        case ControlRoute::kToWorker:
            // The supervisor is trusted and may say everything at any time.
            return state;
        case ControlRoute::kFromZygote:
        case ControlRoute::kFromWorker:
            if (type == ControlType::kStep && state == PeerState::kStarting) {
                return state;
            }
            if (type == ControlType::kRejected && state == PeerState::kStarting) {
                return PeerState::kEnding;
            }
            if (speaks_first && state == PeerState::kStarting) {
                return PeerState::kReady;
            }
            // The rest of a zygote's messages belong to a zygote that is prepared, or still to its
            // last children.
            return only_once(type) || state == PeerState::kStarting ? std::nullopt
                                                                    : std::optional(state);
    }
    return std::nullopt;
}

Result<std::pair<UniqueFd, UniqueFd>> ControlChannel::make_pair() {
    int ends[2];
    if (sys().socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return Error{"socketpair: " + std::string(strerror(errno)), errno};
    }
    return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Status ControlChannel::send(const ControlMessage& message) {
    if (message.fds.size() > kControlFdsMax) {
        return Error{"too many descriptors in a control message"};
    }
    std::vector<uint8_t> packet = encode_control(message);
    iovec bytes{packet.data(), packet.size()};
    msghdr header{};
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kControlFdsMax * sizeof(int))> space{};
    if (!message.fds.empty()) {
        header.msg_control = space.data();
        header.msg_controllen = CMSG_SPACE(message.fds.size() * sizeof(int));
        cmsghdr* part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(message.fds.size() * sizeof(int));
        for (size_t i = 0; i < message.fds.size(); ++i) {
            const int fd = message.fds[i].get();
            std::memcpy(CMSG_DATA(part) + i * sizeof(int), &fd, sizeof fd);
        }
    }
    while (sys().sendmsg(fd(), &header, MSG_NOSIGNAL) < 0) {
        if (errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN) {
            return Error{"control socket: " + std::string(strerror(errno)), errno};
        }
        pollfd room{fd(), POLLOUT, 0};
        if (sys().poll(&room, 1, kSendWaitMs) == 0) {
            return Error{"control socket is full", EAGAIN};
        }
    }
    return Done{};
}

ControlChannel::Received ControlChannel::receive() {
    // One byte more than a legal packet, so that a longer one is seen.
    std::vector<uint8_t> packet(kPacketMax + 1);
    iovec bytes{packet.data(), packet.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kControlFdsMax * sizeof(int))> space{};
    msghdr header{};
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    header.msg_control = space.data();
    header.msg_controllen = space.size();
    ssize_t count = 0;
    do {
        count = sys().recvmsg(fd(), &header, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) {
        return {Outcome::kAgain, {}, {}};
    }
    if (count <= 0) {
        return {Outcome::kEnd, {}, {}};
    }
    std::vector<UniqueFd> fds = take_descriptors(header);
    auto message =
        decode_control(std::span(packet).first(static_cast<size_t>(count)), fds.size(), route_);
    if (!message) {
        return {Outcome::kBroken, {}, message.error().message};
    }
    const auto next = next_peer_state(route_, state_, message.value().type);
    if (!next) {
        return {Outcome::kBroken, {}, "control message out of order"};
    }
    state_ = *next;
    message.value().fds = std::move(fds);
    return {Outcome::kMessage, std::move(message).value(), {}};
}

}  // namespace berth
