#include "process/supervisor.h"

#include "net/socket_address.h"
#include "running_supervisor.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>

namespace berth {
namespace {

// Never 0 or 1, which would name everybody.
pid_t pid_of(const std::string& text) {
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    return pid > 1 ? pid : throw std::runtime_error("no pid: " + text);
}

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

// Its listening sockets of all slots, the control socket, and the signals that it reads.
TEST(Supervisor, a_zygote_has_its_own_descriptors_only) {
    RunningSupervisor supervisor(2);
    EXPECT_EQ(supervisor.ask('z'), "anon_inode socket socket socket");
}

// What a reload opens it closes again, in the supervisor, too.
TEST(Supervisor, reloads_leave_no_descriptor) {
    RunningSupervisor supervisor(2);
    const auto descriptors = [&] {
        const std::filesystem::directory_iterator open("/proc/" + std::to_string(supervisor.pid()) +
                                                       "/fd");
        return std::distance(open, std::filesystem::directory_iterator());
    };
    // The generations before it have ended.
    const auto is_alone = [&] {
        const std::string status = supervisor.command("status").status;
        return status.find("\"phase\"") == status.rfind("\"phase\"");
    };
    // A connection that has just given its answer may still be open in the first count.
    const auto settled = [&](std::ptrdiff_t most) {
        for (int i = 0; i < 10'000 && (!is_alone() || descriptors() > most); ++i) {
        }
        return descriptors();
    };
    EXPECT_EQ(supervisor.command("reload").exit, 0);
    const auto before = settled(PTRDIFF_MAX);
    for (const char* word : {"good", "reject", "crash", "good", "crash-in-worker", "good"}) {
        supervisor.configure(word);
        supervisor.command("reload");
    }
    EXPECT_LE(settled(before), before);
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
    RunningSupervisor supervisor(
        2, [](SupervisorOptions& options) { options.start_timeout_ms = 3'000; });
    const std::pair<const char*, const char*> cases[] = {
        {"broken", "C101"},
        {"reject", "C103"},
        {"crash", "died of SIGABRT while loading acme/geo"},
        {"hang", "hangs while loading acme/geo"},
        {"hang-in-worker", "hangs in plugin acme/geo"},
        {"crash-in-worker", "SIGSEGV in plugin acme/geo"},
        {"reject-in-worker", "no instance"},
        {"reject-silently", "no reason was given"},
    };
    for (const auto& [word, part] : cases) {
        SCOPED_TRACE(word);
        supervisor.configure(word);
        const AdminAnswer answer = supervisor.command("reload");
        EXPECT_EQ(answer.exit, 7);
        EXPECT_NE(answer.err.find(part), std::string::npos) << answer.err;
        EXPECT_NE(answer.err.find("generation 1 is still serving"), std::string::npos)
            << answer.err;
        EXPECT_EQ(supervisor.ask('g'), "1");
    }
}

TEST(Supervisor, a_rejected_reload_with_more_workers_loses_no_connection) {
    RunningSupervisor supervisor(1);
    supervisor.configure("hang", 8);
    std::thread reload([&] { EXPECT_EQ(supervisor.command("reload").exit, 7); });
    while (supervisor.command("status").out.find("generation 2 is loading") == std::string::npos) {
    }
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(supervisor.ask('g'), "1");
    }
    EXPECT_EQ(supervisor.command("stop").exit, 0);
    reload.join();
}

TEST(Supervisor, a_stop_during_a_reload_ends_it_in_order) {
    RunningSupervisor supervisor(1);
    supervisor.configure("hang");
    std::thread reload([&] {
        const AdminAnswer answer = supervisor.command("reload");
        EXPECT_EQ(answer.exit, 7);
        EXPECT_NE(answer.err.find("stopping"), std::string::npos) << answer.err;
    });
    while (supervisor.command("status").out.find("generation 2 is loading") == std::string::npos) {
    }
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), 0);
    reload.join();
}

TEST(Supervisor, a_stop_during_a_crash_loop_ends_it_in_order) {
    RunningSupervisor supervisor(1);
    for (int i = 0; i < 6; ++i) {
        supervisor.ask('c');
    }
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), 0);
}

TEST(Supervisor, a_stop_with_stopped_processes_ends) {
    RunningSupervisor supervisor(1,
                                 [](SupervisorOptions& options) { options.watchdog_ms = 60'000; });
    kill(pid_of(supervisor.ask('p')), SIGSTOP);
    supervisor.signal(SIGINT);
    EXPECT_EQ(supervisor.wait(), 0);
}

TEST(Supervisor, tells_the_service_manager_that_it_is_ready_and_alive) {
    const testing::TemporaryDirectory folder;
    const UniqueFd manager(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto address = SocketAddress::unix_path(folder.path("notify")).value();
    ASSERT_EQ(bind(manager.get(), address.data(), address.size()), 0);
    RunningSupervisor supervisor(
        1, [&](SupervisorOptions& options) { options.notify_socket = folder.path("notify"); });
    std::set<std::string> said;
    const auto hear_until = [&](const std::string& wanted) {
        while (!said.contains(wanted)) {
            char bytes[128];
            const ssize_t count = recv(manager.get(), bytes, sizeof bytes, 0);
            const std::string text(bytes, static_cast<size_t>(std::max<ssize_t>(count, 0)));
            said.insert(text.substr(0, text.find('\n')));
        }
    };
    hear_until("READY=1");
    hear_until("WATCHDOG=1");
    said.clear();
    EXPECT_EQ(supervisor.command("reload").exit, 0);
    hear_until("RELOADING=1");
    hear_until("READY=1");
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), 0);
    hear_until("STOPPING=1");
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
