#include "plugin/service_tables.h"
#include "support/plugin_fixture.h"
#include "tls/base64.h"

#include "berth/cpp/text.hpp"

#include <string>

namespace {

using berth::testing::FakeStream;
using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;

constexpr const char* kSecret = "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/";  // of "myPassword"
constexpr const char* kToken = "0123456789abcdef0123";

std::string basic(const std::string& credentials) {
    return "Authorization: Basic " + berth::base64_text(credentials) + "\r\n";
}

berth_cfg users() {
    return map({{"users", map({{"ada", kSecret}, {"bob", kSecret}})}, {"cache", 60'000}});
}

class Auth : public berth::testing::PluginFixture {
protected:
    Auth() : PluginFixture({{BERTH_CRYPTO_EXT, &berth::crypto_table()}}) {
        handler.on_request = [this](berth_http_req* request) {
            return reply(request, 200, {}, berth::sdk::view(request->login));
        };
    }

    void protect(berth_cfg settings) {
        settings.members.emplace_back("realm", "staff");
        ASSERT_EQ(use(BERTH_HTTP_FILTER_KIND, "auth", settings), BERTH_OK);
        serve({"auth"});
    }

    int status(const std::string& fields) { return status_of_answer(get("/", fields)); }
    uint64_t hashes() const { return host.counter("berth_auth_hashes_total"); }
    uint64_t failures(const std::string& scheme) const {
        return host.counter("berth_auth_failures_total{scheme=\"" + scheme + "\"}");
    }

    berth_status create(const berth_cfg& settings) {
        void* inst = nullptr;
        return host.create(BERTH_HTTP_FILTER_KIND, "auth", settings, &inst);
    }
};

TEST_F(Auth, asks_who_brings_nothing) {
    protect(map({{"basic", users()}}));
    const std::string answer = get("/");
    EXPECT_EQ(status_of_answer(answer), 401);
    EXPECT_EQ(field_of(answer, "www-authenticate"), "Basic realm=\"staff\", charset=\"UTF-8\"");
    EXPECT_EQ(handler.requests, 0u);
    EXPECT_EQ(hashes(), 0u);
    EXPECT_EQ(failures("basic"), 0u);  // nobody guessed anything
}

TEST_F(Auth, lets_a_user_in_and_names_him) {
    protect(map({{"basic", users()}}));
    const std::string answer = get("/", basic("ada:myPassword"));
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(berth::testing::body_of(answer), "ada");
    EXPECT_EQ(field_of(answer, "www-authenticate"), "(none)");
}

TEST_F(Auth, refuses_wrong_passwords_and_unknown_users_at_the_same_cost) {
    protect(map({{"basic", users()}}));
    EXPECT_EQ(status(basic("ada:other")), 401);
    EXPECT_EQ(hashes(), 1u);
    EXPECT_EQ(status(basic("eve:myPassword")), 401);
    EXPECT_EQ(hashes(), 2u);
    EXPECT_EQ(status(basic("eve:myPassword")), 401);
    EXPECT_EQ(hashes(), 3u);
    EXPECT_EQ(failures("basic"), 3u);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Auth, refuses_damaged_credentials_without_hashing) {
    protect(map({{"basic", users()}}));
    for (const std::string& fields :
         {basic("ada"),
          basic("ada:my\nPassword"),
          std::string("Authorization: Basic !!!\r\n"),
          std::string("Authorization: Basic YWRhOm15UGFzc3dvcmR=\r\n")}) {
        EXPECT_EQ(status(fields), 401) << fields;
    }
    EXPECT_EQ(hashes(), 0u);
    EXPECT_EQ(status("Authorization: basic   " + berth::base64_text("ada:myPassword") + "\r\n"),
              200);
}

TEST_F(Auth, hashes_a_right_password_once_in_a_while) {
    protect(map({{"basic", users()}}));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(status(basic("ada:myPassword")), 200);
    }
    EXPECT_EQ(hashes(), 1u);
    EXPECT_EQ(status(basic("bob:myPassword")), 200);
    EXPECT_EQ(status(basic("ada:other")), 401);
    EXPECT_EQ(hashes(), 3u);
    host.advance(60'000);
    EXPECT_EQ(status(basic("ada:myPassword")), 200);
    EXPECT_EQ(hashes(), 4u);
}

TEST_F(Auth, requests_that_bring_the_same_wait_for_one_hash) {
    protect(map({{"basic", users()}}));
    host.pool_is_busy = true;
    FakeStream* streams[] = {&connect(), &connect(), &connect()};
    for (FakeStream* stream : streams) {
        stream->receive("GET / HTTP/1.1\r\nHost: a\r\n" + basic("ada:myPassword") + "\r\n");
        EXPECT_EQ(stream->output, "");
    }
    streams[1]->reset();  // one of them does not wait
    host.pool_is_busy = false;
    host.run();
    EXPECT_EQ(status_of_answer(streams[0]->output), 200);
    EXPECT_EQ(status_of_answer(streams[2]->output), 200);
    EXPECT_EQ(hashes(), 1u);
    EXPECT_EQ(handler.requests, 2u);
}

TEST_F(Auth, a_client_that_left_alone_is_forgotten) {
    protect(map({{"basic", users()}}));
    host.pool_is_busy = true;
    FakeStream& stream = connect();
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n" + basic("ada:myPassword") + "\r\n");
    stream.reset();
    host.pool_is_busy = false;
    host.run();
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Auth, an_instance_may_end_before_the_pool_does) {
    protect(map({{"basic", users()}}));
    host.pool_is_busy = true;
    connect().receive("GET / HTTP/1.1\r\nHost: a\r\n" + basic("ada:myPassword") + "\r\n");
}

TEST_F(Auth, too_many_hashes_under_way_are_a_limit) {
    protect(map({{"basic", users()}}));
    host.pool_is_busy = true;
    for (int i = 0; i < 128; ++i) {
        get("/", basic("ada:guess" + std::to_string(i)));
    }
    EXPECT_EQ(status(basic("ada:myPassword")), 503);
    EXPECT_EQ(host.counter("berth_limit_hits_total{limit=\"auth_hashes\"}"), 1u);
    EXPECT_EQ(handler.requests, 0u);
}

TEST_F(Auth, a_request_with_a_body_keeps_it_until_the_answer_is_known) {
    protect(map({{"basic", users()}}));
    host.pool_is_busy = true;
    FakeStream& stream = connect();
    stream.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n" + basic("ada:myPassword") +
                   "\r\nhi");
    host.pool_is_busy = false;
    host.run();
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

TEST_F(Auth, after_a_refusal_the_connection_goes_on) {
    protect(map({{"basic", users()}}));
    FakeStream& stream = connect();
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n" + basic("ada:other") + "\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 401);
    stream.output.clear();
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n" + basic("ada:myPassword") + "\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

TEST_F(Auth, lets_a_token_in) {
    protect(map({{"bearer",
                  map({{"tokens",
                        map({{"ci", kToken},
                             {"deploy",
                              "sha256:9f86d081884c7d659a2feaa0c55ad015"
                              "a3bf4f1b2b0b822cd15d6c15b0f00a08"}})}})}}));
    EXPECT_EQ(berth::testing::body_of(get("/", "Authorization: Bearer 0123456789abcdef0123\r\n")),
              "ci");
    EXPECT_EQ(berth::testing::body_of(get("/", "Authorization: bearer test\r\n")), "deploy");
    EXPECT_EQ(status("Authorization: Bearer 0123456789abcdef0124\r\n"), 401);
    EXPECT_EQ(status("Authorization: Bearer \r\n"), 401);
    EXPECT_EQ(field_of(get("/"), "www-authenticate"), "Bearer realm=\"staff\"");
    EXPECT_EQ(failures("bearer"), 1u);
}

TEST_F(Auth, one_way_of_several_is_enough) {
    protect(map({{"address", list({"10.0.0.0/8"})},
                 {"basic", users()},
                 {"bearer", map({{"tokens", map({{"ci", kToken}})}})}}));
    EXPECT_EQ(status(basic("ada:myPassword")), 200);
    EXPECT_EQ(status("Authorization: Bearer 0123456789abcdef0123\r\n"), 200);
    EXPECT_EQ(status(basic("ada:other")), 401);
    EXPECT_EQ(field_of(get("/"), "www-authenticate"),
              "Basic realm=\"staff\", charset=\"UTF-8\", Bearer realm=\"staff\"");
    FakeStream& stream = connect();
    stream.conn.peer_ip = {"10.1.2.3", 8};
    stream.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of_answer(stream.output), 200);
}

TEST_F(Auth, what_comes_behind_a_wrong_password_still_counts) {
    protect(map({{"basic", users()}, {"address", list({"192.0.2.0/24"})}}));
    const std::string answer = get("/", basic("ada:other"));
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(berth::testing::body_of(answer), "");  // the address came in, not ada
}

TEST_F(Auth, without_a_way_to_show_anything_the_answer_is_403) {
    protect(map({{"deny", true}, {"address", list({"10.0.0.0/8"})}}));
    const std::string answer = get("/", basic("ada:myPassword"));
    EXPECT_EQ(status_of_answer(answer), 403);
    EXPECT_EQ(field_of(answer, "www-authenticate"), "(none)");
}

TEST_F(Auth, allow_lets_everybody_in) {
    protect(map({{"deny", true}, {"allow", true}}));
    EXPECT_EQ(status(""), 200);
}

TEST_F(Auth, a_refused_answer_of_the_handler_is_left_alone) {
    protect(map({{"allow", true}, {"basic", users()}}));
    handler.on_request = [this](berth_http_req* request) { return http->error(request, 401); };
    EXPECT_EQ(field_of(get("/"), "www-authenticate"), "(none)");
}

TEST_F(Auth, refuses_settings_that_could_let_nobody_in_or_show_secrets) {
    EXPECT_EQ(create(map({{"realm", "x"}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"basic", map({})}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"basic", map({{"users", map({{"ada", "secret"}})}})}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"basic", map({{"file", "/nowhere/users"}})}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"bearer", map({{"tokens", map({{"ci", "short"}})}})}})), BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"bearer", map({{"tokens", map({{"ci", "sha256:12"}})}})}})),
              BERTH_E_INVAL);
    EXPECT_EQ(create(map({{"address", list({"10.0.0.1/8"})}})), BERTH_E_INVAL);
    ASSERT_EQ(host.failures.size(), 7u);
    for (const std::string& failure : host.failures) {
        EXPECT_EQ(failure.find("secret"), std::string::npos) << failure;
        EXPECT_EQ(failure.find("short"), std::string::npos) << failure;
    }
}

TEST_F(Auth, fails_closed_and_is_checked_before_workers_exist) {
    const berth_factory* factory = host.factory(BERTH_HTTP_FILTER_KIND, "auth");
    EXPECT_NE(factory->flags & BERTH_FAC_FAIL_CLOSED, 0u);
    ASSERT_NE(factory->prepare, nullptr);
}

}  // namespace
