#include "support/plugin_fixture.h"

#include <string>

namespace {

using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;

class Access : public berth::testing::PluginFixture {
protected:
    void admit(const berth_cfg& settings) {
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND, "access", settings), BERTH_OK);
        serve({"access"});
    }

    // The status that a client of that address gets; empty: behind a Unix socket.
    int status_for(std::string_view address) {
        berth::testing::FakeStream& stream = connect();
        stream.conn.peer_ip = {address.data(), address.size()};
        stream.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        return status_of_answer(stream.output);
    }
};

TEST_F(Access, allows_its_networks_and_nobody_else) {
    admit(map({{"allow", list({"10.0.0.0/8", "2001:db8::/32"})}}));
    EXPECT_EQ(status_for("10.1.2.3"), 200);
    EXPECT_EQ(status_for("2001:db8::7"), 200);
    EXPECT_EQ(status_for("11.1.2.3"), 403);
    EXPECT_EQ(status_for("::1"), 403);
    EXPECT_EQ(handler.requests, 2u);
    EXPECT_EQ(host.counter("berth_access_denied_total"), 2u);
}

TEST_F(Access, denies_its_networks_and_allows_the_rest) {
    admit(map({{"deny", list({"192.0.2.0/24"})}}));
    EXPECT_EQ(status_for("192.0.2.9"), 403);
    EXPECT_EQ(status_for("::ffff:192.0.2.9"), 403);
    EXPECT_EQ(status_for("192.0.3.9"), 200);
    EXPECT_EQ(status_for(""), 200);
}

TEST_F(Access, deny_wins) {
    admit(map({{"allow", list({"10.0.0.0/8"})}, {"deny", list({"10.99.0.0/16"})}}));
    EXPECT_EQ(status_for("10.98.0.1"), 200);
    EXPECT_EQ(status_for("10.99.0.1"), 403);
}

TEST_F(Access, a_client_without_an_address_needs_leave) {
    admit(map({{"allow", list({"0.0.0.0/0"})}}));
    EXPECT_EQ(status_for(""), 403);
}

TEST_F(Access, a_client_without_an_address_may_be_given_leave) {
    admit(map({{"allow", list({"10.0.0.0/8"})}, {"unix", true}}));
    EXPECT_EQ(status_for(""), 200);
    EXPECT_EQ(status_for("11.0.0.1"), 403);
}

TEST_F(Access, claims_of_the_client_change_nothing) {
    admit(map({{"allow", list({"10.0.0.0/8"})}}));
    EXPECT_EQ(status_of_answer(get("/", "X-Forwarded-For: 10.0.0.1\r\n")), 403);
}

TEST_F(Access, without_networks_admits_everybody) {
    admit(map({}));
    EXPECT_EQ(status_for("10.1.2.3"), 200);
    EXPECT_EQ(status_for(""), 200);
}

TEST_F(Access, refuses_typos) {
    void* inst = nullptr;
    const auto create = [&](const berth_cfg& settings) {
        return host.create(BERTH_HTTP_FILTER_KIND, "access", settings, &inst);
    };
    EXPECT_EQ(create(map({{"allow", list({"10.0.0.5/8"})}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"deny", list({"10.0.0.0/33", "x"})}})), BERTH_E_INVAL);
    EXPECT_EQ(host.failures.size(), 3u);
}

TEST_F(Access, settings_are_checked_before_workers_exist) {
    const berth_factory* factory = host.factory(BERTH_HTTP_FILTER_KIND, "access");
    EXPECT_NE(factory->prepare, nullptr);
    EXPECT_NE(factory->flags & BERTH_FAC_FAIL_CLOSED, 0u);
}

}  // namespace
