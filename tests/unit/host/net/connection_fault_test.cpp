// Connections whose system calls are cut short, interrupted and failed.
#include "base/live.h"
#include "connection_fixture.h"
#include "scramble_transport.h"

#include <random>

namespace berth {
namespace {

using test::ConnectionFixture;
using test::scramble;
using test::segment;

std::string letters(std::mt19937& random, size_t n) {
    std::string text(n, '\0');
    for (char& letter : text) {
        letter = static_cast<char>('a' + random() % 26);
    }
    return text;
}

// An echo that keeps some bytes back at random, and a peer that writes and reads at random:
// whatever is cut where, what went in comes out.
class Echo {
public:
    Echo(PollerKind kind, const Faults& faults, bool scrambled)
        : random_(static_cast<unsigned>(faults.seed)),
          fixture_(kind, faults),
          scrambled_(scrambled) {
        fixture_.observer.on_bytes = [this](berth_rbuf& input) { return answer(input); };
        fixture_.observer.on_end = [this] {
            fixture_.connection->close(BERTH_OK, false);
            return BERTH_OK;
        };
        fixture_.observer.writable = [this] { fixture_.connection->pause_reading(false); };
        fixture_.start(scrambled ? std::make_unique<test::ScrambleTransport>() : nullptr);
        // The handshake goes ahead of everything and its answer is not echoed.
        incoming_ = scrambled ? "H" : "";
    }

    void run(size_t bytes) {
        const std::string text = letters(random_, bytes);
        incoming_ += scrambled_ ? scramble(text) : text;
        std::string got;
        for (int turns = 0; turns < 200'000 && fixture_.observer.closes.empty(); ++turns) {
            feed();
            got += fixture_.receive(1 + random_() % 40'000);
            fixture_.turns();
        }
        got += fixture_.receive();
        ASSERT_EQ(fixture_.observer.closes, std::vector<berth_status>{BERTH_OK});
        const std::string echoed = scrambled_ ? "H" + scramble(text) + "E" : text;
        ASSERT_EQ(got.size(), echoed.size());
        ASSERT_TRUE(got == echoed);
    }

private:
    berth_status answer(berth_rbuf& input) {
        const size_t n = 1 + random_() % input.n;
        const void* bytes = input.p;
        const std::string_view taken(static_cast<const char*>(bytes), n);
        const berth_seg seg = segment(BERTH_SEG_COPY, taken);
        const berth_status status = fixture_.connection->write({&seg, 1}, false);
        input.p += n;
        input.n -= n;
        if (status == BERTH_AGAIN) {
            fixture_.connection->pause_reading(true);
            return BERTH_OK;
        }
        if (input.n > 0) {
            // To see the rest again without more bytes.
            fixture_.connection->pause_reading(true);
            fixture_.connection->pause_reading(false);
        }
        return status;
    }

    void feed() {
        if (sent_ == incoming_.size()) {
            if (!ended_) {
                ::shutdown(fixture_.peer.get(), SHUT_WR);
                ended_ = true;
            }
            return;
        }
        const size_t n = std::min<size_t>(1 + random_() % 30'000, incoming_.size() - sent_);
        const ssize_t done = ::send(fixture_.peer.get(), incoming_.data() + sent_, n, MSG_NOSIGNAL);
        sent_ += done > 0 ? static_cast<size_t>(done) : 0;
    }

    std::mt19937 random_;
    ConnectionFixture fixture_;
    const bool scrambled_;
    std::string incoming_;
    size_t sent_ = 0;
    bool ended_ = false;
};

class ConnectionFaultWithPoller : public testing::TestWithParam<PollerKind> {};
INSTANTIATE_TEST_SUITE_P(ConnectionFault,
                         ConnectionFaultWithPoller,
                         testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

TEST_P(ConnectionFaultWithPoller, gives_back_every_byte_however_calls_are_cut) {
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        for (const bool scrambled : {false, true}) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scrambled " << scrambled);
            Faults faults;
            faults.seed = seed;
            faults.short_max = static_cast<unsigned>(1 + seed * seed * seed);
            faults.eintr_percent = 10;
            faults.eagain_percent = GetParam() == PollerKind::kPoll && !scrambled ? 10 : 0;
            Echo(GetParam(), faults, scrambled).run(seed < 4 ? 500 : 300'000 / (31 - seed));
            ASSERT_FALSE(HasFatalFailure());
        }
    }
}

TEST_P(ConnectionFaultWithPoller, gives_back_every_byte_one_at_a_time) {
    Faults faults;
    faults.short_max = 1;
    Echo(GetParam(), faults, false).run(3000);
}

TEST_P(ConnectionFaultWithPoller, gives_back_every_byte_of_a_large_transfer) {
    Echo(GetParam(), {}, false).run(8'000'000);
    Echo(GetParam(), {}, true).run(2'000'000);
}

// One request and answer with the n-th call failing, for every n: it ends with on_close exactly
// once, nothing stays behind, nothing hangs.
class ConnectionFaultRun {
public:
    ConnectionFaultRun(PollerKind kind, uint64_t fail_at, int error) {
        ConnectionFixture fixture(kind);
        fixture.connect();
        fixture.observer.on_bytes = [&](berth_rbuf& input) {
            fixture.observer.take(input, input.n);
            fixture.write("answer ");
            fixture.write(std::string(400'000, 'x'));
            fixture.connection->set_timeout(TimeoutKind::kIdle, 1000);
            fixture.connection->pause_reading(true);
            return BERTH_OK;
        };
        fixture.observer.writable = [&] { fixture.connection->close(BERTH_OK, true); };
        fixture.observer.timed_out = [&] { fixture.connection->close(BERTH_E_TIMEOUT, false); };
        Faults faults;
        faults.fail_at = fail_at;
        faults.fail_errno = error;
        fixture.table.set_faults(faults);
        fixture.send("question");
        fixture.connection->start(fixture.observer, nullptr, 0);
        for (int i = 0; i < 100 && fixture.observer.closes.empty(); ++i) {
            fixture.receive(30'000);
            fixture.advance(10'000 / 100);
            if (fixture.at_end) {
                fixture.peer.reset();
            }
        }
        closes = fixture.observer.closes.size();
        calls = fixture.table.calls();
    }
    size_t closes = 0;
    uint64_t calls = 0;
};

TEST_P(ConnectionFaultWithPoller, ends_in_order_whatever_call_fails) {
    const auto before = live_counts();
    const uint64_t calls = ConnectionFaultRun(GetParam(), 0, 0).calls;
    ASSERT_GT(calls, 10u);
    for (const int error : {ENOMEM, ECONNRESET, EPIPE, ETIMEDOUT, EINTR}) {
        for (uint64_t n = 1; n <= calls; ++n) {
            const ConnectionFaultRun run(GetParam(), n, error);
            ASSERT_EQ(run.closes, 1u) << "call " << n << " failed with " << error;
        }
    }
    const auto after = live_counts();
    for (size_t i = 0; i < kLiveKinds; ++i) {
        EXPECT_EQ(after[i].objects, before[i].objects) << live_name(static_cast<LiveKind>(i));
    }
}

}  // namespace
}  // namespace berth
