// A plugin under test in a fake host, with what it needs around it.
#pragma once

#include "plugin_file.h"
#include "support/fake_files.h"
#include "support/fake_host.h"

#include "berth/berth.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::testing {

// Settings with which an instance of the factory can be made. What its schema does not know to be
// good is added here.
berth_cfg settings_of(const berth_factory& factory);

// Names of the built plugins that have a factory of that kind; all of them when it is empty.
std::vector<std::string> plugins_of_kind(std::string_view kind = "");

// The name of a plugin as GoogleTest takes it.
std::string test_name(const ::testing::TestParamInfo<std::string>& info);

// How the other end of a connection, or the host, ends it.
enum class Ending { kReset, kHalfClose, kDrain, kSilence };
constexpr Ending kEndings[] = {
    Ending::kReset, Ending::kHalfClose, Ending::kDrain, Ending::kSilence};

// A test of the built plugin of that name. It is skipped when the plugin requires something of the
// host that the fake one has not.
class PluginTest : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override;

    const berth_module& module() const { return module_; }

    FakeFiles files;  // outlives the instances, which hold some of them
    FakeHost host;

private:
    const berth_module& module_ = open_plugin(plugin_path(GetParam()));
};

// A protocol with connections; http serves one site.
class ServingTest : public PluginTest {
protected:
    // Makes the handler `mirror` available to sites.
    void use_mirror();
    void serve(const std::string& protocol, const berth_cfg& sites);
    static berth_cfg site(std::initializer_list<berth_cfg::Member> settings);

    // Everything that comes back for the bytes, the first `cut` of them alone.
    std::string answer_to(std::string_view bytes, size_t cut);
    // The same for a peer that reads one write at a time.
    std::string answer_to_slow_reader(std::string_view bytes);
    // What happens between the last byte and the end of a connection.
    virtual void meanwhile() {}
    // Sends the bytes and ends the connection in that way.
    void send_and_end(std::string_view bytes, Ending ending);

    void expect_same_answer_in_any_pieces(std::string_view bytes);
    // Ends connections in each way, after each of the bytes.
    void end_anywhere(std::string_view bytes);
    // Often, after all and half of the bytes: memory, arenas, tickets and descriptors are as
    // before.
    void expect_nothing_left_by(std::string_view bytes);

private:
    void open(FakeStream& stream);
    void end_often(std::string_view bytes, Ending ending);

    const berth_protocol_ops* protocol_ = nullptr;
    void* inst_ = nullptr;
};

}  // namespace berth::testing
