// The plugin that a test program is linked with, beside the real http plugin in a fake host, in
// front of a handler that the test scripts.
#pragma once

#include "support/fake_host.h"
#include "support/scripted_handler.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::testing {

class PluginFixture : public ::testing::Test {
protected:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    // extensions: ids and tables of those that the plugin needs beside what a fake host has.
    explicit PluginFixture(
        std::initializer_list<std::pair<const char*, const void*>> extensions = {});
    ~PluginFixture() override;

    // One plain site, whose filters are those named, before the scripted handler for `/*`.
    void serve(std::initializer_list<const char*> filters);
    // One plain site whose routes are given.
    void serve_routes(const berth_cfg& routes);

    // Makes an instance that site files name `as` (a plugin's name unless told otherwise).
    berth_status use(const char* kind, const char* name, const berth_cfg& settings);
    berth_status use(const char* kind, const char* name, const berth_cfg& settings, const char* as);

    FakeStream& connect();
    // Sends on a new connection and returns all that came back, without Server and Date.
    std::string exchange(std::string_view request);
    std::string get(std::string_view path, std::string_view fields = {});

    // Answers at once.
    berth_status reply(berth_http_req* request,
                       uint32_t status,
                       Fields fields,
                       std::string_view body);

    FakeHost host;
    ScriptedHandler handler{"scripted"};
    const berth_http_ext* http = nullptr;

private:
    void configure(berth_cfg::Member routes_or_filters);

    void* inst_ = nullptr;
    int64_t instance_tickets_ = 0;  // that last as long as the plugin's instances
    std::vector<std::unique_ptr<berth_factory>> aliases_;
    std::vector<std::unique_ptr<FakeStream>> streams_;
};

// The value of a field of an answer; several are joined with ", ". "(none)" when it is absent.
std::string field_of(std::string_view answer, std::string_view name);

}  // namespace berth::testing
