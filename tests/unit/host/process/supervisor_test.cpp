#include "process/supervisor.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "running_supervisor.h"

namespace berth {
namespace {

pid_t pid_of(const std::string& text) { return static_cast<pid_t>(std::atoi(text.c_str())); }

TEST(Supervisor, serves_and_stops_in_order) {
    RunningSupervisor supervisor;
    EXPECT_EQ(supervisor.ask('g'), "1");
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), 0);
    EXPECT_TRUE(supervisor.is_refused());
}

TEST(Supervisor, replaces_a_killed_worker_and_loses_no_connection) {
    RunningSupervisor supervisor(1);
    const pid_t before = pid_of(supervisor.ask('p'));
    ASSERT_GT(before, 1);
    kill(before, SIGKILL);
    const pid_t after = pid_of(supervisor.ask('p'));
    EXPECT_GT(after, 1);
    EXPECT_NE(after, before);
    EXPECT_EQ(supervisor.ask('s'), "0");
}

TEST(Supervisor, serves_with_so_many_workers) {
    RunningSupervisor supervisor(3);
    std::set<std::string> slots;
    for (int i = 0; i < 1000 && slots.size() < 3; ++i) {
        slots.insert(supervisor.ask('s'));
    }
    EXPECT_EQ(slots, (std::set<std::string>{"0", "1", "2"}));
}

TEST(Supervisor, workers_have_their_own_descriptors_only) {
    RunningSupervisor supervisor(2);
    // Its listening socket, the control socket and this connection.
    EXPECT_EQ(supervisor.ask('f'), "socket socket socket");
}

TEST(Supervisor, workers_are_not_root) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "started as root only";
    }
    RunningSupervisor supervisor;
    EXPECT_NE(supervisor.ask('u'), "0");
}

TEST(Supervisor, reload_switches_generations) {
    RunningSupervisor supervisor;
    const AdminAnswer answer = supervisor.command("reload");
    EXPECT_EQ(answer.exit, 0) << answer.err;
    EXPECT_NE(answer.out.find("generation 2"), std::string::npos) << answer.out;
    EXPECT_EQ(supervisor.ask('g'), "2");
}

TEST(Supervisor, reload_keeps_open_connections_of_the_old_generation) {
    RunningSupervisor supervisor;
    const UniqueFd connection = supervisor.connect();
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    EXPECT_EQ(supervisor.command("reload").exit, 0);
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    EXPECT_EQ(supervisor.ask('g'), "2");
}

TEST(Supervisor, reload_with_more_and_with_fewer_workers) {
    RunningSupervisor supervisor(1);
    for (const unsigned workers : {4u, 2u}) {
        supervisor.configure("good", workers);
        EXPECT_EQ(supervisor.command("reload").exit, 0);
        for (int i = 0; i < 50; ++i) {
            EXPECT_NE(supervisor.ask('p'), "");
        }
    }
}

TEST(Supervisor, broken_configurations_change_nothing) {
    RunningSupervisor supervisor(2, [](SupervisorOptions& options) { options.start_timeout_ms = 300; });
    const std::pair<const char*, const char*> cases[] = {
        {"broken", "C101"},
        {"reject", "C103"},
        {"crash", "died of SIGABRT while loading acme/geo"},
        {"hang", "hangs while loading acme/geo"},
    };
    for (const auto& [word, part] : cases) {
        SCOPED_TRACE(word);
        supervisor.configure(word);
        const AdminAnswer answer = supervisor.command("reload");
        EXPECT_EQ(answer.exit, 7);
        EXPECT_NE(answer.err.find(part), std::string::npos) << answer.err;
        EXPECT_NE(answer.err.find("generation 1 is still serving"), std::string::npos) << answer.err;
        EXPECT_EQ(supervisor.ask('g'), "1");
    }
}

TEST(Supervisor, zygote_is_replaced_while_workers_go_on) {
    RunningSupervisor supervisor(1);
    const std::string status = supervisor.command("status").status;
    const size_t at = status.find("\"zygote\":");
    ASSERT_NE(at, std::string::npos) << status;
    const pid_t zygote = pid_of(status.substr(at + 9));
    const UniqueFd connection = supervisor.connect();
    const pid_t worker = pid_of(RunningSupervisor::ask(connection, 'p'));
    kill(zygote, SIGKILL);
    EXPECT_EQ(pid_of(RunningSupervisor::ask(connection, 'p')), worker);
    kill(worker, SIGKILL);
    const pid_t after = pid_of(supervisor.ask('p'));
    EXPECT_GT(after, 1);
    EXPECT_NE(after, worker);
}

TEST(Supervisor, crashes_are_attributed_and_lead_to_quarantine) {
    RunningSupervisor supervisor(1);
    EXPECT_EQ(supervisor.ask('q'), "none");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(supervisor.ask('c'), "");
    }
    EXPECT_EQ(supervisor.ask('q'), "acme/geo");
    EXPECT_NE(supervisor.command("status").out.find("acme/geo is quarantined"), std::string::npos);
    EXPECT_EQ(supervisor.command("reload").exit, 0);
    EXPECT_EQ(supervisor.ask('q'), "none");
}

TEST(Supervisor, a_worker_that_is_stuck_is_replaced) {
    RunningSupervisor supervisor(1, [](SupervisorOptions& options) { options.watchdog_ms = 100; });
    const pid_t before = pid_of(supervisor.ask('p'));
    kill(before, SIGSTOP);
    const pid_t after = pid_of(supervisor.ask('p'));
    EXPECT_GT(after, 1);
    EXPECT_NE(after, before);
}

TEST(Supervisor, stop_lets_open_connections_finish) {
    RunningSupervisor supervisor(1);
    UniqueFd connection = supervisor.connect();
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    supervisor.signal(SIGTERM);
    while (!supervisor.is_refused()) {
    }
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    connection.reset();
    EXPECT_EQ(supervisor.wait(), 0);
}

TEST(Supervisor, a_second_signal_ends_at_once) {
    RunningSupervisor supervisor(1);
    const UniqueFd connection = supervisor.connect();
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    supervisor.signal(SIGTERM);
    while (!supervisor.is_refused()) {
    }
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), 0);
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "");
}

TEST(Supervisor, stop_command_answers_when_it_is_done) {
    RunningSupervisor supervisor(1);
    EXPECT_EQ(supervisor.command("stop").exit, 0);
    EXPECT_TRUE(supervisor.is_refused());
    EXPECT_EQ(supervisor.wait(), 0);
}

TEST(Supervisor, workers_end_without_a_supervisor) {
    RunningSupervisor supervisor(1);
    const UniqueFd connection = supervisor.connect();
    EXPECT_EQ(RunningSupervisor::ask(connection, 'g'), "1");
    supervisor.signal(SIGKILL);
    EXPECT_EQ(supervisor.wait(), -SIGKILL);
    char byte = 0;
    EXPECT_EQ(read(connection.get(), &byte, 1), 0);
    while (!supervisor.is_refused()) {
    }
}

TEST(Supervisor, unknown_commands_are_usage_errors) {
    RunningSupervisor supervisor(1);
    EXPECT_EQ(supervisor.command("dance").exit, 2);
}

}  // namespace
}  // namespace berth
