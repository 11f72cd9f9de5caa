#include "process/control.h"

#include "base/live.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <map>

namespace berth {
namespace {

constexpr ControlRoute kRoutes[] = {ControlRoute::kFromZygote,
                                    ControlRoute::kToZygote,
                                    ControlRoute::kFromWorker,
                                    ControlRoute::kToWorker};
constexpr uint16_t kTypeAfterLast = static_cast<uint16_t>(ControlType::kPing) + 1;

std::string route_name(ControlRoute route) {
    constexpr const char* kNames[] = {"from zygote", "to zygote", "from worker", "to worker"};
    return kNames[static_cast<size_t>(route)];
}

// A legal message of each type, and where it travels.
struct Legal {
    ControlType type;
    std::vector<ControlRoute> routes;
    uint32_t slot;
    int32_t pid;
    uint64_t value;
    std::string text;
    size_t fds;
};

const std::vector<Legal>& legal_messages() {
    static const std::vector<Legal> all = {
        {ControlType::kStep, {ControlRoute::kFromZygote}, 0, 0, 0, "loading http", 0},
        {ControlType::kPrepared, {ControlRoute::kFromZygote}, 0, 0, 0, "1 http\n", 0},
        {ControlType::kRejected,
         {ControlRoute::kFromZygote, ControlRoute::kFromWorker},
         0,
         0,
         4,
         "error",
         0},
        {ControlType::kForked, {ControlRoute::kFromZygote}, 3, 4711, 0, "", 0},
        {ControlType::kForkFailed, {ControlRoute::kFromZygote}, 3, 0, 11, "", 0},
        {ControlType::kExited, {ControlRoute::kFromZygote}, 0, 4711, 9, "", 0},
        {ControlType::kFork, {ControlRoute::kToZygote}, 3, 0, 7, "acme/geo\n", 1},
        {ControlType::kEnd, {ControlRoute::kToZygote}, 0, 0, 0, "", 0},
        {ControlType::kReady, {ControlRoute::kFromWorker}, 0, 0, 0, "", 0},
        {ControlType::kServe, {ControlRoute::kToWorker}, 0, 0, 0, "", 0},
        {ControlType::kDrain, {ControlRoute::kToWorker}, 0, 0, 30'000, "", 0},
        {ControlType::kStop, {ControlRoute::kToWorker}, 0, 0, 30'000, "", 0},
        {ControlType::kReopenLogs,
         {ControlRoute::kToWorker, ControlRoute::kToZygote},
         0,
         0,
         0,
         "/a\n/b\n",
         2},
        {ControlType::kCertificate, {ControlRoute::kToWorker}, 5, 0, 0, "PEM", 0},
        {ControlType::kPing, {ControlRoute::kToWorker}, 0, 0, 0, "", 0},
    };
    return all;
}

ControlMessage message_of(const Legal& legal) {
    ControlMessage message;
    message.type = legal.type;
    message.slot = legal.slot;
    message.pid = legal.pid;
    message.value = legal.value;
    message.text = legal.text;
    for (size_t i = 0; i < legal.fds; ++i) {
        message.fds.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    return message;
}

std::string refusal(const ControlMessage& message, ControlRoute route) {
    const auto decoded = decode_control(encode_control(message), message.fds.size(), route);
    return decoded.ok() ? "" : decoded.error().message;
}

TEST(Control, every_type_arrives_as_it_was_on_its_routes_and_on_no_other) {
    ASSERT_EQ(legal_messages().size() + 1, kTypeAfterLast);
    for (const Legal& legal : legal_messages()) {
        const ControlMessage message = message_of(legal);
        for (const ControlRoute route : kRoutes) {
            SCOPED_TRACE(std::to_string(static_cast<int>(legal.type)) + " " + route_name(route));
            const auto decoded = decode_control(encode_control(message), legal.fds, route);
            const bool travels = std::count(legal.routes.begin(), legal.routes.end(), route) != 0;
            ASSERT_EQ(decoded.ok(), travels);
            if (travels) {
                EXPECT_EQ(decoded.value().type, legal.type);
                EXPECT_EQ(decoded.value().slot, legal.slot);
                EXPECT_EQ(decoded.value().pid, legal.pid);
                EXPECT_EQ(decoded.value().value, legal.value);
                EXPECT_EQ(decoded.value().text, legal.text);
            }
        }
    }
}

TEST(Control, unknown_types_are_refused_on_every_route) {
    for (const ControlRoute route : kRoutes) {
        for (const int type : {0, int{kTypeAfterLast}, 255, 65'535}) {
            ControlMessage message;
            message.type = static_cast<ControlType>(type);
            EXPECT_NE(refusal(message, route), "") << type << " " << route_name(route);
        }
    }
}

// The fields that a type does not have must be zero, the others in range.
TEST(Control, numbers_out_of_range_are_refused) {
    for (const Legal& legal : legal_messages()) {
        SCOPED_TRACE(static_cast<int>(legal.type));
        const ControlRoute route = legal.routes.front();
        const auto refused = [&](auto change) {
            ControlMessage message = message_of(legal);
            change(message);
            return refusal(message, route) != "";
        };
        EXPECT_TRUE(refused([](ControlMessage& message) { message.slot = kControlSlotsMax; }));
        EXPECT_TRUE(refused([](ControlMessage& message) { message.slot = UINT32_MAX; }));
        EXPECT_TRUE(refused([](ControlMessage& message) { message.value = UINT64_MAX; }));
        EXPECT_TRUE(refused([](ControlMessage& message) { message.pid = -1; }));
        EXPECT_TRUE(refused([](ControlMessage& message) { message.pid = 1; }));
        EXPECT_TRUE(refused([](ControlMessage& message) {
            while (message.fds.size() <= kControlFdsMax) {
                message.fds.emplace_back();
            }
        }));
        if (legal.slot == 0) {
            EXPECT_TRUE(refused([](ControlMessage& message) { message.slot = 1; }));
        }
        if (legal.pid == 0) {
            EXPECT_TRUE(refused([](ControlMessage& message) { message.pid = 4711; }));
        } else {
            EXPECT_TRUE(refused([](ControlMessage& message) { message.pid = 0; }));
        }
        if (legal.text.empty()) {
            EXPECT_TRUE(refused([](ControlMessage& message) { message.text = "x"; }));
        }
    }
}

TEST(Control, every_cut_of_a_header_is_refused) {
    const auto packet = encode_control(message_of(legal_messages().front()));
    for (size_t n = 0; n < kControlHeaderBytes; ++n) {
        EXPECT_FALSE(decode_control(std::span(packet).first(n), 0, ControlRoute::kFromZygote).ok());
    }
}

TEST(Control, foreign_bytes_and_lost_descriptors_are_refused) {
    auto packet = encode_control(message_of(legal_messages().front()));
    EXPECT_FALSE(decode_control(packet, 1, ControlRoute::kFromZygote).ok());
    packet[0] ^= 1;
    EXPECT_FALSE(decode_control(packet, 0, ControlRoute::kFromZygote).ok());
    const std::vector<uint8_t> long_one(kControlHeaderBytes + kControlTextMax + 1, 'x');
    EXPECT_FALSE(decode_control(long_one, 0, ControlRoute::kFromZygote).ok());
}

TEST(Control, text_that_is_too_long_is_cut_when_it_is_sent) {
    ControlMessage message = message_of(legal_messages().front());
    message.text.assign(kControlTextMax + 5, 'x');
    const auto decoded = decode_control(encode_control(message), 0, ControlRoute::kFromZygote);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value().text.size(), kControlTextMax);
}

TEST(ControlPeerState, a_child_speaks_in_order) {
    using enum ControlType;
    const std::map<std::pair<ControlRoute, PeerState>, std::map<ControlType, PeerState>> table = {
        {{ControlRoute::kFromZygote, PeerState::kStarting},
         {{kStep, PeerState::kStarting},
          {kPrepared, PeerState::kReady},
          {kRejected, PeerState::kEnding}}},
        {{ControlRoute::kFromZygote, PeerState::kReady},
         {{kForked, PeerState::kReady},
          {kForkFailed, PeerState::kReady},
          {kExited, PeerState::kReady}}},
        {{ControlRoute::kFromWorker, PeerState::kStarting},
         {{kReady, PeerState::kReady}, {kRejected, PeerState::kEnding}}},
    };
    for (const auto& [place, allowed] : table) {
        for (const Legal& legal : legal_messages()) {
            if (std::count(legal.routes.begin(), legal.routes.end(), place.first) == 0) {
                continue;
            }
            SCOPED_TRACE(route_name(place.first) + " " +
                         std::to_string(static_cast<int>(legal.type)));
            const auto next = next_peer_state(place.first, place.second, legal.type);
            const auto found = allowed.find(legal.type);
            ASSERT_EQ(next.has_value(), found != allowed.end());
            if (next) {
                EXPECT_EQ(*next, found->second);
            }
        }
    }
}

TEST(ControlPeerState, is_total) {
    for (const ControlRoute route : kRoutes) {
        for (int state = 0; state <= static_cast<int>(PeerState::kEnding); ++state) {
            for (uint16_t type = 0; type <= kTypeAfterLast; ++type) {
                const auto next = next_peer_state(
                    route, static_cast<PeerState>(state), static_cast<ControlType>(type));
                const bool trusted =
                    route == ControlRoute::kToWorker || route == ControlRoute::kToZygote;
                EXPECT_TRUE(next.has_value() || !trusted);
            }
        }
    }
}

class ControlChannelTest : public ::testing::Test {
protected:
    ControlChannelTest() {
        auto pair = ControlChannel::make_pair();
        EXPECT_TRUE(pair.ok());
        supervisor_ = std::make_unique<ControlChannel>(std::move(pair.value().first),
                                                       ControlRoute::kFromZygote);
        zygote_ = std::make_unique<ControlChannel>(std::move(pair.value().second),
                                                   ControlRoute::kToZygote);
    }

    Status say(ControlType type, uint64_t value = 0) {
        ControlMessage message;
        message.type = type;
        message.value = value;
        return zygote_->send(message);
    }

    // Any bytes at all, with so many descriptors.
    void send_raw(std::string_view bytes, size_t fds = 0) {
        iovec part{const_cast<char*>(bytes.data()), bytes.size()};
        std::vector<char> space(CMSG_SPACE(fds * sizeof(int)) + 1);
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        if (fds > 0) {
            header.msg_control = space.data();
            header.msg_controllen = CMSG_SPACE(fds * sizeof(int));
            cmsghdr* control = CMSG_FIRSTHDR(&header);
            control->cmsg_level = SOL_SOCKET;
            control->cmsg_type = SCM_RIGHTS;
            control->cmsg_len = CMSG_LEN(fds * sizeof(int));
            for (size_t i = 0; i < fds; ++i) {
                const int fd = STDIN_FILENO;
                std::memcpy(CMSG_DATA(control) + i * sizeof(int), &fd, sizeof fd);
            }
        }
        ASSERT_GE(sendmsg(zygote_->fd(), &header, MSG_NOSIGNAL), 0);
    }

    std::unique_ptr<ControlChannel> supervisor_, zygote_;
};

TEST_F(ControlChannelTest, carries_messages_with_descriptors_that_work) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    ControlMessage command;
    command.type = ControlType::kFork;
    command.slot = 1;
    command.fds.emplace_back(ends[1]);
    ASSERT_TRUE(supervisor_->send(command).ok());
    auto received = zygote_->receive();
    ASSERT_EQ(received.outcome, ControlChannel::Outcome::kMessage);
    ASSERT_EQ(received.message.fds.size(), 1u);
    EXPECT_EQ(fcntl(received.message.fds[0].get(), F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(write(received.message.fds[0].get(), "x", 1), 1);
    char byte = 0;
    EXPECT_EQ(read(reader.get(), &byte, 1), 1);
}

TEST_F(ControlChannelTest, tells_nothing_there_from_an_end) {
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kAgain);
    zygote_->close();
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kEnd);
}

TEST_F(ControlChannelTest, garbage_and_wrong_order_break_it) {
    send_raw("garbage");
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kBroken);
    ASSERT_TRUE(say(ControlType::kPrepared).ok());
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kMessage);
    ASSERT_TRUE(say(ControlType::kPrepared).ok());
    const auto again = supervisor_->receive();
    EXPECT_EQ(again.outcome, ControlChannel::Outcome::kBroken);
    EXPECT_EQ(again.why, "control message out of order");
}

TEST_F(ControlChannelTest, descriptors_of_refused_messages_are_closed) {
    const uint64_t before = live_count(LiveKind::kFd).objects;
    for (const size_t fds : {size_t{1}, kControlFdsMax, kControlFdsMax + 20}) {
        send_raw("garbage", fds);
        EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kBroken);
        EXPECT_EQ(live_count(LiveKind::kFd).objects, before);
    }
    // The kernel hands out the lowest number: none of those above is still open.
    const UniqueFd next(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const UniqueFd after(dup(next.get()));
    EXPECT_LE(after.get(), next.get() + 1);
}

TEST_F(ControlChannelTest, a_longer_packet_than_any_is_refused_whole) {
    const std::string text(kControlHeaderBytes + kControlTextMax + 100, 'x');
    send_raw(text);
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kBroken);
    EXPECT_EQ(supervisor_->receive().outcome, ControlChannel::Outcome::kAgain);
}

TEST_F(ControlChannelTest, sending_to_nobody_is_an_error_and_no_signal) {
    supervisor_->close();
    EXPECT_FALSE(say(ControlType::kPrepared).ok());
}

TEST_F(ControlChannelTest, sending_to_one_that_does_not_read_ends) {
    Status last = Done{};
    for (int i = 0; i < 10'000 && last.ok(); ++i) {
        last = say(ControlType::kStep);
    }
    ASSERT_FALSE(last.ok());
    EXPECT_EQ(last.error().code, EAGAIN);
}

TEST_F(ControlChannelTest, too_many_descriptors_are_not_sent) {
    ControlMessage message;
    message.fds.resize(kControlFdsMax + 1);
    EXPECT_FALSE(supervisor_->send(message).ok());
    EXPECT_EQ(zygote_->receive().outcome, ControlChannel::Outcome::kAgain);
}

}  // namespace
}  // namespace berth
