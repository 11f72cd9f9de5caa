// Protocols, handlers and filters at work: whatever they are sent, in whatever pieces, and however
// the connection ends, each exchange ends once and nothing is left behind.
#include "call_record.h"
#include "http_answer.h"
#include "served_plugin.h"

#include <optional>

namespace berth::testing {
namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHead = "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kRequests[] = {
    kGet,
    kHead,
    "GET /a?b HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br\r\nIf-None-Match: *\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nOrigin: http://b\r\n\r\n",
    "OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    "DELETE /a HTTP/1.0\r\n\r\n",
};

// Several requests one behind the other; for a protocol that is not HTTP, nothing that it knows.
std::string conversation() {
    std::string all;
    for (const std::string_view request : kRequests) {
        all += request;
    }
    return all;
}

// A handler in a site of its own, each call of it recorded.
class Handler : public ServingTest {
protected:
    void SetUp() override {
        PluginTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        ASSERT_EQ(host.load(module()), BERTH_OK);
        const berth_factory& factory = *factory_of(module(), BERTH_HTTP_HANDLER_KIND);
        const berth_cfg settings = settings_of(factory);
        void* inst = nullptr;
        ASSERT_EQ(host.create(factory.kind, factory.name, settings, &inst), BERTH_OK);
        const auto* http = host.table().get_extension(&host.table(), BERTH_HTTP_EXT);
        handler_.emplace(factory, inst, *static_cast<const berth_http_ext*>(http));
        host.make_usable(handler_->factory(), &*handler_);
        serve("http", site({{factory.name, settings}}));
    }

    std::optional<RecordedHandler> handler_;
};

// A filter before the handler `mirror`.
class Filter : public ServingTest {
protected:
    void SetUp() override {
        PluginTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        ASSERT_EQ(host.load(module()), BERTH_OK);
        use_mirror();
        const berth_factory& factory = *factory_of(module(), BERTH_HTTP_FILTER_KIND);
        const berth_cfg settings = settings_of(factory);
        void* inst = nullptr;
        ASSERT_EQ(host.create(factory.kind, factory.name, settings, &inst), BERTH_OK);
        filter_.emplace(factory, inst);
        host.make_usable(filter_->factory(), &*filter_);
        serve("http",
              site({{"mirror", map({})}, {"filters", list({map({{factory.name, settings}})})}}));
    }

    std::optional<RecordedFilter> filter_;
};

class Protocol : public ServingTest {
protected:
    void SetUp() override {
        PluginTest::SetUp();
        const auto* const factory = factory_of(module(), BERTH_PROTOCOL_KIND);
        const auto& ops = *static_cast<const berth_protocol_ops*>(factory->ops);
        if (IsSkipped() || (ops.transports & BERTH_TRANSPORTS_STREAM) == 0) {
            GTEST_SKIP() << "no streams";
        }
        ASSERT_EQ(host.load(module()), BERTH_OK);
        if (GetParam() == "http") {
            use_mirror();
        }
        serve(factory->name, settings_of(*factory));
    }
};

TEST_P(Protocol, answers_the_same_however_its_input_is_cut) {
    expect_same_answer_in_any_pieces(conversation());
}

TEST_P(Protocol, may_lose_its_connection_at_any_time) {
    end_anywhere(conversation());
}

TEST_P(Protocol, leaves_nothing_behind) {
    expect_nothing_left_by(conversation());
}

TEST_P(Handler, answers_the_same_however_a_request_is_cut) {
    for (const std::string_view request : kRequests) {
        EXPECT_NE(answer_to(request, request.size()), "") << request;
        expect_same_answer_in_any_pieces(request);
    }
    EXPECT_EQ(handler_->calls().live(), 0u);
}

TEST_P(Handler, is_told_once_of_the_end_of_every_request) {
    for (const std::string_view request : kRequests) {
        end_anywhere(request);
    }
    end_anywhere(conversation());
    EXPECT_GT(handler_->calls().begun(), 0u);
    EXPECT_EQ(handler_->calls().live(), 0u);
}

TEST_P(Handler, says_of_head_what_it_says_of_get) {
    std::string get = answer_to(kGet, kGet.size()), head = answer_to(kHead, kHead.size());
    const auto of_get = take_http_answer(get, false), of_head = take_http_answer(head, true);
    ASSERT_TRUE(of_get && of_head);
    EXPECT_EQ(of_head->status, of_get->status);
    EXPECT_EQ(of_head->fields, of_get->fields);
    EXPECT_EQ(head, "") << "a body behind the answer to HEAD";
}

TEST_P(Handler, leaves_nothing_behind) {
    expect_nothing_left_by(conversation());
}

TEST_P(Filter, changes_answers_the_same_however_a_request_is_cut) {
    for (const std::string_view request : kRequests) {
        EXPECT_NE(answer_to(request, request.size()), "") << request;
        expect_same_answer_in_any_pieces(request);
    }
    EXPECT_EQ(filter_->calls().live(), 0u);
}

TEST_P(Filter, is_told_once_of_the_end_of_every_request) {
    for (const std::string_view request : kRequests) {
        end_anywhere(request);
    }
    end_anywhere(conversation());
    EXPECT_GT(filter_->calls().begun(), 0u);
    EXPECT_EQ(filter_->calls().live(), 0u);
}

TEST_P(Filter, leaves_nothing_behind) {
    expect_nothing_left_by(conversation());
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         Protocol,
                         ::testing::ValuesIn(plugins_of_kind(BERTH_PROTOCOL_KIND)),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Plugins,
                         Handler,
                         ::testing::ValuesIn(plugins_of_kind(BERTH_HTTP_HANDLER_KIND)),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Plugins,
                         Filter,
                         ::testing::ValuesIn(plugins_of_kind(BERTH_HTTP_FILTER_KIND)),
                         test_name);

}  // namespace
}  // namespace berth::testing
