#include "config/machine_reader.h"

#include "config/host_schema.h"
#include "config/yaml_reader.h"
#include "config_reading.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <string>

namespace berth {
namespace {

struct Machine {
    Diagnostics diagnostics;
    MachineFile file;

    explicit Machine(const std::string& text) {
        const std::vector<RawNode> documents =
            read_yaml(make_source("berth.yaml", text), testing::outside_of({}), diagnostics);
        file = read_machine(documents.empty() ? RawNode() : documents.front(), diagnostics);
    }
    const MachineConfig& machine() const {
        EXPECT_EQ(said(), "");
        return file.machine;
    }
    std::string said() const { return render_text(diagnostics, false); }
};

void expect_same(const MachineConfig& a, const MachineConfig& b) {
    EXPECT_EQ(a.workers, b.workers);
    EXPECT_EQ(a.worker_count, b.worker_count);
    EXPECT_EQ(a.log_level, b.log_level);
    EXPECT_EQ(a.log_to, b.log_to);
    EXPECT_EQ(a.plugin_path, b.plugin_path);
    EXPECT_EQ(a.poll, b.poll);
    EXPECT_EQ(a.poll_timeout_ms, b.poll_timeout_ms);
    EXPECT_EQ(a.backlog, b.backlog);
    EXPECT_EQ(a.drain_idle_ms, b.drain_idle_ms);
    EXPECT_EQ(a.drain_ms, b.drain_ms);
    EXPECT_EQ(a.generations, b.generations);
    EXPECT_EQ(a.stop_ms, b.stop_ms);
}

TEST(MachineReader, an_empty_file_is_the_machine_without_one) {
    expect_same(Machine("version: 1\n").machine(), default_machine());
    EXPECT_EQ(Machine("version: 1\n").file.site_globs, std::vector<std::string>{"sites.d/*.yaml"});
    EXPECT_GE(default_machine().worker_count, 1u);
}

TEST(MachineReader, every_setting_arrives) {
    const std::string user = getpwuid(getuid())->pw_name;
    const Machine read("workers: 3\nsites: [a.yaml, b/*.yaml]\nuser: " + user + R"(
log: { level: debug, to: /var/log/berth.log }
access_log: { format: json }
admin: { socket: /run/x.sock }
plugins: { path: [/opt/a, /opt/b] }
poll: poll
poll_timeout: 250ms
backlog: 7
reload: { drain: 1m, idle: 2s, generations: 2 }
stop_timeout: 3s
)");
    const MachineConfig& machine = read.machine();
    EXPECT_EQ(machine.workers, "3");
    EXPECT_EQ(machine.worker_count, 3u);
    EXPECT_EQ(machine.user, user);
    EXPECT_EQ(machine.log_level, "debug");
    EXPECT_EQ(machine.log_to, "/var/log/berth.log");
    EXPECT_EQ(machine.access_log.find("format")->value.text, "json");
    EXPECT_EQ(machine.admin_socket, "/run/x.sock");
    EXPECT_EQ(machine.plugin_path, (std::vector<std::string>{"/opt/a", "/opt/b"}));
    EXPECT_EQ(machine.poll, "poll");
    EXPECT_EQ(machine.poll_timeout_ms, 250);
    EXPECT_EQ(machine.backlog, 7);
    EXPECT_EQ(machine.drain_ms, 60'000u);
    EXPECT_EQ(machine.drain_idle_ms, 2'000u);
    EXPECT_EQ(machine.generations, 2u);
    EXPECT_EQ(machine.stop_ms, 3'000u);
    EXPECT_EQ(read.file.site_globs, (std::vector<std::string>{"a.yaml", "b/*.yaml"}));
    EXPECT_EQ(read.file.sites_place.text(), "berth.yaml:2:8");
}

TEST(MachineReader, a_poll_timeout_may_be_for_ever) {
    EXPECT_EQ(Machine("poll_timeout: forever\n").machine().poll_timeout_ms, -1);
    EXPECT_EQ(Machine("poll_timeout: -1\n").machine().poll_timeout_ms, -1);
    EXPECT_EQ(Machine("poll_timeout: 0ms\n").machine().poll_timeout_ms, 0);
    EXPECT_TRUE(Machine("poll_timeout: 2h\n").diagnostics.has_errors());
    EXPECT_TRUE(Machine("poll_timeout: 250\n").diagnostics.has_errors());
}

TEST(MachineReader, one_folder_of_plugins_needs_no_list) {
    EXPECT_EQ(Machine("plugins: { path: /opt/a }\n").machine().plugin_path,
              std::vector<std::string>{"/opt/a"});
}

TEST(MachineReader, a_user_that_does_not_exist_is_named) {
    EXPECT_NE(Machine("user: no-such-user\n").said().find("useradd --system"), std::string::npos);
}

TEST(MachineReader, features_that_do_not_exist_yet_are_refused) {
    for (const char* setting : {"groups: {}", "acme: {}", "metrics: {}"}) {
        EXPECT_NE(Machine(setting).said().find("C130"), std::string::npos) << setting;
    }
}

TEST(MachineReader, tells_a_machine_from_a_site) {
    const auto is_machine = [](const std::string& text) {
        Diagnostics diagnostics;
        const auto documents =
            read_yaml(make_source("x", text), testing::outside_of({}), diagnostics);
        return is_machine_document(documents.front());
    };
    EXPECT_TRUE(is_machine("workers: 2\n"));
    EXPECT_TRUE(is_machine("reload: {}\n"));
    EXPECT_FALSE(is_machine("site: a\nworkers: 2\n"));
    EXPECT_FALSE(is_machine("listen: http://:80\n"));
    EXPECT_FALSE(is_machine("version: 1\n"));
}

// conf/berth.yaml, every setting of which is commented out with its default.

void expect_all_keys(const Schema& schema, const RawNode& node, const std::string& where) {
    for (const auto& [key, property] : schema.properties) {
        const RawMember* member = node.find(key);
        if (member == nullptr) {
            ADD_FAILURE() << "conf/berth.yaml does not show " << where << key;
        } else {
            expect_all_keys(property, member->value, where + key + ".");
        }
    }
}

TEST(MachineReader, the_default_file_shows_every_setting_and_no_other) {
    const std::string text = testing::default_machine_text();
    Diagnostics diagnostics;
    const std::vector<RawNode> documents =
        read_yaml(make_source("berth.yaml", text), testing::outside_of({}), diagnostics);
    ASSERT_EQ(documents.size(), 1u);
    expect_all_keys(machine_schema(), documents.front(), "");
    read_machine(documents.front(), diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        EXPECT_EQ(diagnostic.problem, Problem::kUnknownUser) << render_text(diagnostic, false);
    }
}

TEST(MachineReader, the_default_file_shows_the_defaults) {
    const Machine shown(testing::default_machine_text());
    const Machine none("version: 1\n");
    expect_same(shown.file.machine, none.machine());
    EXPECT_EQ(shown.file.site_globs, none.file.site_globs);
}

TEST(MachineReader, the_default_file_as_it_is_sets_nothing) {
    const Machine shipped(testing::file_text(BERTH_SOURCE_DIR "/conf/berth.yaml"));
    expect_same(shipped.machine(), default_machine());
    EXPECT_EQ(shipped.file.machine.user, "");
}

}  // namespace
}  // namespace berth
