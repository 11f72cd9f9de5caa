// The http plugin in a fake host, before a handler that the test scripts.
#pragma once

#include "support/fake_host.h"
#include "support/scripted_handler.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::http {

using testing::body_of;
using testing::FakeHost;
using testing::FakeStream;
using testing::list;
using testing::map;
using testing::ScriptedHandler;
using testing::status_of_answer;
using testing::without_date;

// One site, "test", whose plugin key is the handler "scripted", on plain listener 0.
class HttpFixture : public ::testing::Test {
protected:
    using Extensions = std::initializer_list<std::pair<const char*, const void*>>;

    // extensions: what the host offers besides.
    explicit HttpFixture(Extensions extensions = {});
    void TearDown() override;

    // Makes the protocol instance; settings are more keys of the site.
    void configure(std::initializer_list<berth_cfg::Member> settings = {});
    void configure_sites(const berth_cfg& sites);
    static berth_cfg listen(int id, bool tls = false);
    FakeStream& connect(uint32_t listener = 0);
    // Without TLS, on a TLS listener.
    FakeStream& connect_in_clear(uint32_t listener = 0);
    // Over TLS, with the handshake of that site.
    FakeStream& connect_as(std::string_view handshake_site,
                           std::string_view alpn = {},
                           uint32_t listener = 0);

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
    const berth_protocol_ops& protocol() const;
    FakeStream& open(std::unique_ptr<FakeStream> stream, uint32_t listener);

    void* inst_ = nullptr;
    std::vector<std::unique_ptr<FakeStream>> streams_;
};

}  // namespace berth::http
