// What http.h promises to handlers, whatever they do and however the connection ends.
#include "acting_handler.h"
#include "call_record.h"
#include "served_plugin.h"

#include <optional>

namespace berth::testing {
namespace {

constexpr std::string_view kTalk =
    "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nabcdefg"
    "HEAD /c HTTP/1.1\r\nHost: a\r\n\r\n"
    "POST /d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    "GET /e HTTP/1.0\r\n\r\n";

class Semantics : public ServingTest {
protected:
    void SetUp() override {
        ServingTest::SetUp();
        ASSERT_EQ(host.load(module()), BERTH_OK);
        handler_.http = static_cast<const berth_http_ext*>(
            host.table().get_extension(&host.table(), BERTH_HTTP_EXT));
        recorded_.emplace(handler_.factory(), &handler_, *handler_.http);
        host.make_usable(recorded_->factory(), &*recorded_);
        serve("http", site({{"acting", map({})}}));
    }

    void meanwhile() override {
        handler_.go_on();
        host.run();
    }

    // For every act in turn.
    template <class Test>
    void each(Test test) {
        for (int act = 0; act != static_cast<int>(Act::kLast); ++act) {
            SCOPED_TRACE("act " + std::to_string(act));
            handler_.act = static_cast<Act>(act);
            test();
            EXPECT_EQ(recorded_->calls().live(), 0u);
            EXPECT_EQ(handler_.references, 0);
            EXPECT_EQ(host.tickets_open, 0);
        }
    }

    ActingHandler handler_;
    std::optional<RecordedHandler> recorded_;
};

TEST_P(Semantics, every_exchange_ends_once_wherever_the_connection_ends) {
    each([this] { end_anywhere(kTalk); });
}

TEST_P(Semantics, a_slow_reader_gets_what_a_fast_one_gets) {
    for (const Act act : {Act::kRespond,
                          Act::kRespondAtEnd,
                          Act::kInform,
                          Act::kStream,
                          Act::kStreamSlowly,
                          Act::kStreamLength,
                          Act::kLeaveHalf}) {
        handler_.act = act;
        const std::string whole = answer_to(kTalk, kTalk.size());
        EXPECT_NE(whole.find("part part "), std::string::npos) << static_cast<int>(act);
        EXPECT_EQ(answer_to_slow_reader(kTalk), whole) << static_cast<int>(act);
    }
}

TEST_P(Semantics, nothing_is_left_behind) {
    each([this] { expect_nothing_left_by(kTalk); });
}

INSTANTIATE_TEST_SUITE_P(Plugins, Semantics, ::testing::Values("http"), test_name);

}  // namespace
}  // namespace berth::testing
