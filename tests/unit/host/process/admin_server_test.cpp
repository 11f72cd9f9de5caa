#include "process/admin_server.h"

#include "base/live.h"
#include "net/socket_address.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth {
namespace {

TEST(AdminServerMessages, requests_are_one_object_with_a_command) {
    const auto request = parse_admin_request(R"({"command": "stop", "now": true, "x": "a\"b"})");
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request.value().command, "stop");
    EXPECT_EQ(request.value().fields.at("now"), "true");
    EXPECT_EQ(request.value().fields.at("x"), "a\"b");
    for (const char* broken : {"",
                               "{",
                               "[]",
                               "7",
                               "null",
                               "{}",
                               R"({"command": ""})",
                               "stop",
                               R"({"command": "stop"} x)",
                               "\xff\xfe",
                               R"({"command")"}) {
        EXPECT_FALSE(parse_admin_request(broken).ok()) << broken;
    }
}

TEST(AdminServerMessages, answers_survive_the_way) {
    const AdminAnswer answer{7, "out\n\"\\\x01", "err\xc3\xa4", R"({"a":[1,2]})"};
    const std::string line = write_admin_answer(answer);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto back = parse_admin_answer(line);
    ASSERT_TRUE(back.ok()) << line;
    EXPECT_EQ(back.value().exit, 7);
    EXPECT_EQ(back.value().out, answer.out);
    EXPECT_EQ(back.value().err, answer.err);
    EXPECT_EQ(back.value().status, answer.status);
}

TEST(AdminServerMessages, an_answer_without_exit_is_none) {
    for (const char* broken : {"", "{}", R"({"exit": "x"})", R"({"exit": 1.5})", "[]"}) {
        EXPECT_FALSE(parse_admin_answer(broken).ok()) << broken;
    }
}

// A server that answers each command with its name, and callers.
class AdminServerTest : public ::testing::Test {
protected:
    AdminServerTest() : path_(folder_.path("admin.sock")) {
        auto opened = AdminServer::open(path_, getegid());
        EXPECT_TRUE(opened.ok());
        server_ = std::move(opened).value();
    }

    UniqueFd call() {
        UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const auto address = SocketAddress::unix_path(path_).value();
        if (connect(fd.get(), address.data(), address.size()) != 0) {
            fd.reset();
        }
        return fd;
    }
    static void say(const UniqueFd& fd, std::string_view text) {
        ASSERT_EQ(send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    // Everything that has arrived; "END" when the other side has closed.
    static std::string hear(const UniqueFd& fd) {
        std::string text;
        char bytes[4096];
        ssize_t count = 0;
        while ((count = recv(fd.get(), bytes, sizeof bytes, 0)) > 0) {
            text.append(bytes, static_cast<size_t>(count));
        }
        return count == 0 || errno != EAGAIN ? text + "END" : text;
    }
    static std::string answer_to(const std::string& command) {
        return write_admin_answer({0, command, "", ""}) + "\n";
    }
    static std::string ask(const std::string& command) {
        return "{\"command\": \"" + command + "\"}\n";
    }
    // Some turns of the supervisor; what has no answer yet stays in waiting_.
    void turns(bool answers = true) {
        for (int i = 0; i < 5; ++i) {
            server_->add_waits(waits_);
            waits_.wait(0);
            for (AdminRequest& request : server_->take_requests()) {
                waiting_.push_back(std::move(request));
            }
            if (answers) {
                answer_all();
            }
        }
    }
    void answer_all() {
        for (const AdminRequest& request : waiting_) {
            server_->answer(request.caller, {0, request.command, "", ""});
        }
        waiting_.clear();
    }

    const testing::TemporaryDirectory folder_;
    const std::string path_;
    std::unique_ptr<AdminServer> server_;
    WaitSet waits_;
    std::vector<AdminRequest> waiting_;
};

TEST_F(AdminServerTest, answers_each_line_in_order) {
    const UniqueFd caller = call();
    say(caller, ask("status") + ask("metrics"));
    turns();
    EXPECT_EQ(hear(caller), answer_to("status") + answer_to("metrics"));
}

TEST_F(AdminServerTest, a_line_may_come_byte_by_byte) {
    const UniqueFd caller = call();
    for (const char letter : ask("status")) {
        EXPECT_EQ(hear(caller), "");
        say(caller, {&letter, 1});
        turns();
    }
    EXPECT_EQ(hear(caller), answer_to("status"));
}

TEST_F(AdminServerTest, what_is_no_request_gets_a_usage_error_and_the_next_line_its_answer) {
    const UniqueFd caller = call();
    say(caller, "hello\n" + ask("status"));
    turns();
    const std::string heard = hear(caller);
    const auto first = parse_admin_answer(heard.substr(0, heard.find('\n')));
    ASSERT_TRUE(first.ok()) << heard;
    EXPECT_EQ(first.value().exit, 2);
    EXPECT_NE(heard.find(answer_to("status")), std::string::npos);
}

TEST_F(AdminServerTest, a_line_without_end_is_cut_off) {
    const UniqueFd caller = call();
    const std::string much(16 * 1024, 'x');
    for (int i = 0; i < 5; ++i) {
        (void)!send(caller.get(), much.data(), much.size(), MSG_NOSIGNAL);
        turns();
    }
    EXPECT_EQ(hear(caller), "END");
    EXPECT_TRUE(call().valid());
}

TEST_F(AdminServerTest, callers_do_not_mix) {
    const UniqueFd first = call(), second = call();
    say(first, ask("one"));
    say(second, ask("two"));
    turns();
    EXPECT_EQ(hear(first), answer_to("one"));
    EXPECT_EQ(hear(second), answer_to("two"));
}

TEST_F(AdminServerTest, an_answer_may_come_much_later) {
    const UniqueFd slow = call(), quick = call();
    say(slow, ask("reload"));
    turns(false);
    const auto reload = std::move(waiting_);
    waiting_.clear();
    say(quick, ask("status"));
    turns();
    EXPECT_EQ(hear(quick), answer_to("status"));
    EXPECT_EQ(hear(slow), "");
    server_->answer(reload.at(0).caller, {7, "done", "", ""});
    EXPECT_EQ(parse_admin_answer(hear(slow)).value().exit, 7);
}

TEST_F(AdminServerTest, a_caller_that_only_ends_its_asking_gets_its_answer) {
    const UniqueFd caller = call();
    say(caller, ask("reload"));
    shutdown(caller.get(), SHUT_WR);
    turns(false);
    ASSERT_EQ(waiting_.size(), 1u);
    EXPECT_EQ(hear(caller), "");
    answer_all();
    EXPECT_EQ(hear(caller), answer_to("reload") + "END");
}

TEST_F(AdminServerTest, answers_to_the_dead_are_dropped) {
    const auto before = live_count(LiveKind::kFd).objects;
    {
        const UniqueFd caller = call();
        say(caller, ask("reload"));
        turns(false);
        ASSERT_EQ(waiting_.size(), 1u);
    }
    turns(false);
    EXPECT_EQ(live_count(LiveKind::kFd).objects, before) << "nothing is kept for the dead";
    answer_all();
    server_->answer(4711, {0, "nobody", "", ""});
}

TEST_F(AdminServerTest, silent_callers_keep_nobody_out) {
    std::vector<UniqueFd> silent;
    for (int i = 0; i < 100; ++i) {
        silent.push_back(call());
        turns();
    }
    const UniqueFd caller = call();
    say(caller, ask("stop"));
    turns();
    EXPECT_EQ(hear(caller), answer_to("stop"));
    EXPECT_EQ(hear(silent.front()), "END");
    EXPECT_EQ(hear(silent.back()), "");
}

TEST_F(AdminServerTest, those_who_wait_for_an_answer_are_not_the_ones_to_go) {
    const UniqueFd waiting = call();
    say(waiting, ask("reload"));
    turns(false);
    std::vector<UniqueFd> silent;
    for (int i = 0; i < 50; ++i) {
        silent.push_back(call());
        turns(false);
    }
    answer_all();
    EXPECT_EQ(hear(waiting), answer_to("reload"));
}

TEST_F(AdminServerTest, a_caller_that_asks_and_does_not_read_costs_little) {
    const UniqueFd greedy = call();
    const std::string request = ask(std::string(3'000, 'x'));
    for (int i = 0; i < 20'000; ++i) {
        if (send(greedy.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
            if (errno == EPIPE || errno == ECONNRESET) {
                break;
            }
            turns();
        }
    }
    const UniqueFd caller = call();
    say(caller, ask("status"));
    turns();
    EXPECT_EQ(hear(caller), answer_to("status"));
}

TEST_F(AdminServerTest, the_socket_is_for_owner_and_group_and_goes_with_the_server) {
    struct stat info {};
    ASSERT_EQ(stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0660u);
    server_.reset();
    EXPECT_NE(stat(path_.c_str(), &info), 0);
}

TEST_F(AdminServerTest, a_second_server_is_refused_and_a_dead_ones_socket_replaced) {
    EXPECT_FALSE(AdminServer::open(path_, getegid()).ok());
    EXPECT_TRUE(call().valid()) << "the first still answers";
    ASSERT_EQ(link(path_.c_str(), folder_.path("kept").c_str()), 0);
    server_.reset();
    ASSERT_EQ(link(folder_.path("kept").c_str(), path_.c_str()), 0);
    EXPECT_TRUE(AdminServer::open(path_, getegid()).ok());
}

TEST_F(AdminServerTest, a_folder_of_somebody_else_is_refused) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "started as root only";
    }
    const std::string folder = folder_.path("theirs");
    ASSERT_EQ(mkdir(folder.c_str(), 0777), 0);
    ASSERT_EQ(chown(folder.c_str(), 4242, 4242), 0);
    const auto opened = AdminServer::open(folder + "/admin.sock", getegid());
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().message.find("set admin.socket"), std::string::npos);
}

}  // namespace
}  // namespace berth
