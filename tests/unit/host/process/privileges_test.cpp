#include "process/privileges.h"

#include "base/faulty_sys.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

namespace berth {
namespace {

using Names = std::vector<std::string>;

TEST(PrivilegesUser, is_the_configured_one_then_setuid_then_berth_then_nobody) {
    EXPECT_EQ(service_user_names("www", "mail", true), Names{"www"});
    EXPECT_EQ(service_user_names("", "mail", true), Names{"mail"});
    EXPECT_EQ(service_user_names("", "", true), (Names{"berth", "nobody"}));
    EXPECT_EQ(service_user_names("root", "", true), Names{"root"});
}

TEST(PrivilegesUser, who_is_not_root_stays_who_it_is) {
    EXPECT_TRUE(service_user_names("", "", false).empty());
    EXPECT_TRUE(service_user_names("www", "mail", false).empty());
}

// The calls of a drop, in order, with a kernel that does what it is told unless a test says
// otherwise.
class PrivilegesDrop : public ::testing::Test {
protected:
    PrivilegesDrop() : table_(real_sys()), scope_(table_) {
        current = this;
        table_.geteuid = [] { return current->uid; };
        table_.getegid = [] { return current->gid; };
        table_.getresuid = [](uid_t* real, uid_t* effective, uid_t* saved) {
            *real = *effective = current->uid;
            *saved = current->saved_root ? 0 : current->uid;
            return 0;
        };
        table_.getresgid = [](gid_t* real, gid_t* effective, gid_t* saved) {
            *real = *effective = *saved = current->gid;
            return 0;
        };
        table_.getgroups = [](int, gid_t*) { return current->groups; };
        table_.setgroups = [](size_t n, const gid_t*) {
            current->groups = static_cast<int>(n);
            return current->call("setgroups");
        };
        table_.setresgid = [](gid_t, gid_t, gid_t id) {
            current->gid = current->ignores ? current->gid : id;
            return current->call("setresgid");
        };
        table_.setresuid = [](uid_t, uid_t, uid_t id) {
            current->uid = current->ignores ? current->uid : id;
            return current->call("setresuid");
        };
        table_.setuid = [](uid_t) {
            current->call("setuid");
            errno = EPERM;
            return current->root_comes_back ? 0 : -1;
        };
        table_.capset = [](void*, const void*) { return current->call("capset"); };
        table_.prctl = [](int option, unsigned long, unsigned long, unsigned long, unsigned long) {
            if (option == PR_SET_NO_NEW_PRIVS || option == PR_SET_DUMPABLE) {
                return current->call(option == PR_SET_DUMPABLE ? "dumpable" : "no_new_privs");
            }
            return 0;
        };
        table_.setrlimit = [](int, const rlimit*) { return current->call("rlimit"); };
    }

    int call(const std::string& name) {
        calls.push_back(name);
        errno = EPERM;
        return name == fails ? -1 : 0;
    }
    std::string drop(const Identity& identity, bool root_allowed = false) {
        const Status status = drop_privileges(identity, root_allowed);
        return status.ok() ? "" : status.error().message;
    }

    static PrivilegesDrop* current;
    const Identity service_{"berth", 990, 991};
    uid_t uid = 0;
    gid_t gid = 0;
    int groups = 5;
    bool ignores = false, saved_root = false, root_comes_back = false;
    std::string fails;
    std::vector<std::string> calls;

private:
    Sys table_;
    ScopedSys scope_;
};
PrivilegesDrop* PrivilegesDrop::current = nullptr;

TEST_F(PrivilegesDrop, groups_go_first_then_group_then_user_then_it_tries_to_come_back) {
    EXPECT_EQ(drop(service_), "");
    EXPECT_EQ(calls,
              (Names{"setgroups",
                     "setresgid",
                     "setresuid",
                     "setuid",
                     "capset",
                     "no_new_privs",
                     "dumpable",
                     "rlimit"}));
    EXPECT_EQ(uid, 990u);
    EXPECT_EQ(gid, 991u);
    EXPECT_EQ(groups, 0);
}

TEST_F(PrivilegesDrop, every_failing_step_ends_it) {
    for (const char* step :
         {"setgroups", "setresgid", "setresuid", "capset", "no_new_privs", "dumpable", "rlimit"}) {
        uid = gid = 0;
        fails = step;
        EXPECT_NE(drop(service_).find("cannot drop privileges"), std::string::npos) << step;
    }
}

TEST_F(PrivilegesDrop, a_kernel_that_only_pretends_is_noticed) {
    ignores = true;
    EXPECT_NE(drop(service_), "");
    ignores = false;
    saved_root = true;
    EXPECT_NE(drop(service_), "");
    saved_root = false;
    uid = gid = 0;
    root_comes_back = true;
    EXPECT_NE(drop(service_).find("root can be had back"), std::string::npos);
}

TEST_F(PrivilegesDrop, root_stays_root_only_where_that_is_allowed) {
    const Identity root{"root", 0, 0};
    EXPECT_NE(drop(root).find("set `user:`"), std::string::npos);
    EXPECT_EQ(drop(root, true), "");
}

TEST_F(PrivilegesDrop, without_root_nothing_is_changed_but_all_is_given_up) {
    uid = 1000;
    gid = 1000;
    EXPECT_EQ(drop({"me", 1000, 1000}), "");
    EXPECT_EQ(calls, (Names{"setuid", "capset", "no_new_privs", "dumpable", "rlimit"}));
    EXPECT_NE(drop(service_), "") << "somebody else cannot be had";
}

TEST_F(PrivilegesDrop, names_and_numbers_are_looked_up) {
    const auto named = resolve_service_user("nobody", "");
    ASSERT_TRUE(named.ok());
    const auto numbered = resolve_service_user(std::to_string(named.value().uid), "");
    ASSERT_TRUE(numbered.ok());
    EXPECT_EQ(numbered.value().name, "nobody");
    EXPECT_EQ(numbered.value().gid, named.value().gid);
    EXPECT_EQ(resolve_service_user("4242424", "").value().uid, 4242424u);
}

TEST_F(PrivilegesDrop, a_user_that_does_not_exist_is_an_error_and_not_root) {
    const auto missing = resolve_service_user("no-such-user", "nobody");
    ASSERT_FALSE(missing.ok());
    EXPECT_NE(missing.error().message.find("no-such-user"), std::string::npos);
    EXPECT_FALSE(resolve_service_user("", "no-such-user").ok());
    EXPECT_NE(resolve_service_user("", "").value().uid, 0u);
    EXPECT_EQ(resolve_service_user("root", "").value().uid, 0u);
}

TEST_F(PrivilegesDrop, somebody_who_is_not_root_keeps_user_and_group) {
    uid = 4242424;
    gid = 77;
    const auto self = resolve_service_user("nobody", "");
    ASSERT_TRUE(self.ok());
    EXPECT_EQ(self.value().uid, 4242424u);
    EXPECT_EQ(self.value().gid, 77u);
}

TEST(PrivilegesBudget, connections_are_nine_tenths_of_what_nothing_else_needs) {
    const DescriptorBudget budget = descriptor_budget(10'000, 4);
    EXPECT_EQ(budget.limit, 10'000u);
    EXPECT_EQ(budget.listeners, 20u);
    EXPECT_EQ(budget.file_cache, 1'000u);
    EXPECT_EQ(budget.upstream, 500u);
    EXPECT_EQ(budget.connections(), (10'000u - 1'520u) * 9 / 10);
}

TEST(PrivilegesBudget, sixty_four_descriptors_still_serve) {
    EXPECT_GE(descriptor_budget(64, 2).connections(), 20u);
}

TEST(PrivilegesBudget, no_limit_overflows) {
    EXPECT_EQ(descriptor_budget(0, 2).connections(), 0u);
    EXPECT_EQ(descriptor_budget(10, 100).connections(), 0u);
    const uint64_t most = descriptor_budget(UINT64_MAX, 1).connections();
    EXPECT_GT(most, UINT64_MAX / 10 * 8);
    EXPECT_LT(most, UINT64_MAX / 10 * 9 + 9);
}

TEST(PrivilegesLimit, is_raised_to_what_is_allowed) {
    static rlimit set{};
    Sys table = real_sys();
    table.getrlimit = [](int, rlimit* limit) {
        *limit = {64, 4096};
        return 0;
    };
    table.setrlimit = [](int, const rlimit* limit) {
        set = *limit;
        return 0;
    };
    const ScopedSys scope(table);
    EXPECT_EQ(raise_descriptor_limit(), 4096u);
    EXPECT_EQ(set.rlim_cur, 4096u);
}

TEST(PrivilegesLimit, stays_where_it_cannot_be_raised) {
    Sys table = real_sys();
    table.getrlimit = [](int, rlimit* limit) {
        *limit = {64, 4096};
        return 0;
    };
    table.setrlimit = [](int, const rlimit*) { return -1; };
    const ScopedSys scope(table);
    EXPECT_EQ(raise_descriptor_limit(), 64u);
}

}  // namespace
}  // namespace berth
