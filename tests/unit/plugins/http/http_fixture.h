// The http plugin in a fake host, before a handler that the test scripts.
#pragma once

#include "support/fake_host.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

using testing::FakeHost;
using testing::FakeStream;
using testing::list;
using testing::map;

// What a handler was asked to do, and what the test wants it to do. `events` is the story of all
// its calls.
class ScriptedHandler {
public:
    explicit ScriptedHandler(const char* name, bool takes_bodies = true) {
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_HANDLER_KIND;
        factory_.name = name;
        factory_.ops = takes_bodies ? &kOps : &kOpsWithoutBodies;
    }

    const berth_factory& factory() const { return factory_; }

    std::function<berth_status(berth_http_req*)> on_request;
    std::function<berth_status(berth_http_req*, berth_rbuf*, bool last)> on_body;
    std::function<void(berth_http_req*)> on_writable;
    std::vector<std::string> events;
    std::string body;
    uint32_t requests = 0, aborts = 0, destroys = 0;
    berth_http_req* last_request = nullptr;

private:
    static ScriptedHandler& of(void* inst) { return *static_cast<ScriptedHandler*>(inst); }
    static berth_status request(void* inst, berth_http_req* request);
    static berth_status take_body(void* inst, berth_http_req*, berth_rbuf*, uint32_t, int32_t last);
    static void writable(void* inst, berth_http_req* request);
    static void abort(void* inst, berth_http_req* request, berth_status why);
    static void destroy(void* inst, berth_http_req* request);
    static const berth_http_handler_ops kOps, kOpsWithoutBodies;

    berth_factory factory_{};
};

// One site, "test", whose plugin key is the handler "scripted", on plain listener 0.
class HttpFixture : public ::testing::Test {
protected:
    HttpFixture();
    ~HttpFixture() override;

    // Makes the protocol instance; settings are more keys of the site.
    void configure(std::initializer_list<berth_cfg::Member> settings = {});
    void configure_sites(const berth_cfg& sites);
    static berth_cfg listen(int id, bool tls = false);
    FakeStream& connect(uint32_t listener = 0);
    // Over TLS, with the handshake of that site.
    FakeStream& connect_as(std::string_view handshake_site);

    // Sends on a new connection and returns all that came back.
    std::string exchange(std::string_view request);
    // Status of the first answer to a request on a new connection; 0 when there is none.
    int status_of(std::string_view request);

    // Answers 200 with a text.
    berth_status reply(berth_http_req* request, std::string_view text, uint32_t flags = 0);

    FakeHost host;
    ScriptedHandler handler{"scripted"};
    const berth_http_ext* http = nullptr;

private:
    FakeStream& open(std::unique_ptr<FakeStream> stream, uint32_t listener);

    void* inst_ = nullptr;
    std::vector<std::unique_ptr<FakeStream>> streams_;
};

// The status line's number, 0 when answer has none.
int status_of_answer(std::string_view answer);
// The answer without the lines that every answer has: Server and Date.
std::string without_date(std::string answer);
// The part behind the first empty line.
std::string_view body_of(std::string_view answer);

}  // namespace berth::http
