// Files that are received: there as a whole or not at all, whatever fails.
#include "file/new_file.h"

#include "support/fault_sweep.h"
#include "support/temporary_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace berth {
namespace {

namespace fs = std::filesystem;

std::span<const uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class NewFileInAFolder : public ::testing::Test {
protected:
    NewFileInAFolder() {
        fs::create_directories(outer_.path("www/sub"));
        fs::create_directories(outer_.path("www/full/x"));
        outer_.file("www/a", "old");
        fs::create_symlink("..", outer_.path("www/up"));
        EXPECT_EQ(RootFolder::open(outer_.path("www"), root_), BERTH_OK);
        before_ = names();
    }
    berth_status put(const std::string& path,
                     std::string_view content,
                     const berth_file_stat* expected = nullptr) {
        NewFile file;
        berth_status status = file.create(*root_, path);
        status = status == BERTH_OK ? file.write(bytes_of(content)) : status;
        return status == BERTH_OK ? file.put_in_place(*root_, expected) : status;
    }
    // With another renameat2().
    berth_status put_where_nothing_is(const std::string& path,
                                      std::string_view content,
                                      decltype(Sys::renameat2) renameat2) {
        FaultySys table{Faults()};
        table.renameat2 = renameat2;
        const ScopedSys scope(table);
        const berth_file_stat nothing{};
        return put(path, content, &nothing);
    }
    std::string content(const std::string& path) {
        std::ifstream file(outer_.path("www/" + path), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::set<std::string> names(const std::string& folder = "www") {
        std::set<std::string> all;
        for (const auto& entry : fs::directory_iterator(outer_.path(folder))) {
            all.insert(entry.path().filename());
        }
        return all;
    }

    testing::TemporaryDirectory outer_;
    std::shared_ptr<RootFolder> root_;
    std::set<std::string> before_;
};

TEST_F(NewFileInAFolder, takes_the_place_of_what_was_there) {
    EXPECT_EQ(put("a", "new"), BERTH_OK);
    EXPECT_EQ(put("sub/b", ""), BERTH_OK);
    EXPECT_EQ(content("a"), "new");
    EXPECT_EQ(names(), before_);
    EXPECT_EQ(names("www/sub"), std::set<std::string>{"b"});
    EXPECT_EQ(fs::status(outer_.path("www/a")).permissions() & fs::perms(0666 & 0022),
              fs::perms::group_read & fs::perms(0022));
}

TEST_F(NewFileInAFolder, is_hidden_until_then_and_gone_without) {
    {
        NewFile file;
        ASSERT_EQ(file.create(*root_, "b"), BERTH_OK);
        ASSERT_EQ(file.write(bytes_of("part")), BERTH_OK);
        std::set<std::string> more = names();
        EXPECT_EQ(more.size(), before_.size() + 1);
        EXPECT_EQ(more.count("b"), 0u);
        for (const std::string& name : more) {
            EXPECT_EQ(root_->find(name).status == BERTH_OK,
                      before_.count(name) == 1 && name != "up")
                << name;
        }
    }
    EXPECT_EQ(names(), before_);
}

TEST_F(NewFileInAFolder, two_may_be_on_their_way_to_one_name) {
    NewFile first, second;
    ASSERT_EQ(first.create(*root_, "a"), BERTH_OK);
    ASSERT_EQ(second.create(*root_, "a"), BERTH_OK);
    ASSERT_EQ(first.write(bytes_of("first")), BERTH_OK);
    ASSERT_EQ(second.write(bytes_of("second")), BERTH_OK);
    EXPECT_EQ(second.put_in_place(*root_, nullptr), BERTH_OK);
    EXPECT_EQ(content("a"), "second");
    EXPECT_EQ(first.put_in_place(*root_, nullptr), BERTH_OK);
    EXPECT_EQ(content("a"), "first");
}

TEST_F(NewFileInAFolder, needs_a_folder_below_the_root) {
    EXPECT_EQ(put("none/b", "x"), BERTH_DECLINED);
    EXPECT_EQ(put("a/b", "x"), BERTH_DECLINED);
    EXPECT_EQ(put("up/b", "x"), BERTH_DECLINED);
    EXPECT_EQ(put("sub", "x"), BERTH_E_STATE);
    EXPECT_EQ(put(std::string(300, 'x'), "x"), BERTH_E_INVAL);
    EXPECT_EQ(names(), before_);
    EXPECT_FALSE(fs::exists(outer_.path("b")));
}

TEST_F(NewFileInAFolder, a_link_is_replaced_and_not_followed) {
    outer_.file("outside", "secret");
    fs::create_symlink("../outside", outer_.path("www/link"));
    EXPECT_EQ(put("link", "new"), BERTH_OK);
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(outer_.path("www/link"))));
    EXPECT_EQ(put("up", "new"), BERTH_OK);
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(outer_.path("www/up"))));
}

TEST_F(NewFileInAFolder, replaces_only_what_was_expected) {
    const berth_file_stat nothing{};
    const berth_file_stat old = root_->find("a").stat;
    EXPECT_EQ(put("a", "new", &nothing), BERTH_E_GONE);
    EXPECT_EQ(put("b", "new", &old), BERTH_E_GONE);
    EXPECT_EQ(names(), before_);
    EXPECT_EQ(put("a", "new", &old), BERTH_OK);
    EXPECT_EQ(put("a", "newer", &old), BERTH_E_GONE);
    EXPECT_EQ(put("b", "b", &nothing), BERTH_OK);
    EXPECT_EQ(content("a"), "new");
}

// Somebody makes the file between the look and the renaming.
int meanwhile(int from, const char* name, int to, const char* new_name, unsigned flags) {
    UniqueFd other(::openat(to, new_name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return real_sys().renameat2(from, name, to, new_name, flags);
}

TEST_F(NewFileInAFolder, nothing_means_nothing_at_the_last_moment_too) {
    EXPECT_EQ(put_where_nothing_is("b", "new", meanwhile), BERTH_E_GONE);
    EXPECT_EQ(content("b"), "");
}

int only_plain_renames(int from, const char* name, int to, const char* new_name, unsigned flags) {
    if (flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return real_sys().renameat2(from, name, to, new_name, flags);
}

TEST_F(NewFileInAFolder, a_file_system_may_know_plain_renames_only) {
    EXPECT_EQ(put_where_nothing_is("b", "new", only_plain_renames), BERTH_OK);
    EXPECT_EQ(content("b"), "new");
}

// What reached the disk, in this order.
std::string steps;

int noted_fsync(int fd) {
    struct stat found {};
    EXPECT_EQ(::fstat(fd, &found), 0);
    steps += S_ISDIR(found.st_mode) ? "folder " : "content ";
    return 0;
}

int noted_rename(int from, const char* name, int to, const char* new_name, unsigned flags) {
    steps += "name ";
    return real_sys().renameat2(from, name, to, new_name, flags);
}

TEST_F(NewFileInAFolder, the_content_is_on_the_disk_before_the_name_is) {
    FaultySys table{Faults()};
    table.fsync = noted_fsync;
    table.renameat2 = noted_rename;
    const ScopedSys scope(table);
    steps.clear();
    EXPECT_EQ(put("a", "new"), BERTH_OK);
    EXPECT_EQ(steps, "content name folder ");
    steps.clear();
    EXPECT_EQ(remove_file(*root_, "a", nullptr), BERTH_OK);
    EXPECT_EQ(steps, "folder ");
}

TEST_F(NewFileInAFolder, short_and_interrupted_writes_go_on) {
    Faults faults;
    faults.short_max = 7;
    faults.eintr_percent = 30;
    FaultySys table(faults);
    const ScopedSys scope(table);
    std::string long_text;
    for (int i = 0; i < 500; ++i) {
        long_text += std::to_string(i);
    }
    EXPECT_EQ(put("b", long_text), BERTH_OK);
    EXPECT_EQ(content("b"), long_text);
}

ssize_t disk_full(int, const void*, size_t) {
    errno = ENOSPC;
    return -1;
}

TEST_F(NewFileInAFolder, a_full_disk_has_an_answer_of_its_own) {
    FaultySys table{Faults()};
    table.write = disk_full;
    const ScopedSys scope(table);
    EXPECT_EQ(put("a", "new"), BERTH_E_LIMIT);
    EXPECT_EQ(content("a"), "old");
    EXPECT_EQ(names(), before_);
}

// The last call is that for the folder: then the file is in its place, though perhaps not for ever.
TEST_F(NewFileInAFolder, whatever_fails_the_old_file_or_the_new_one_is_there) {
    test::sweep_faults(
        [this](FaultySys&) {
            const berth_status status = put("a", "new");
            EXPECT_NE(status, BERTH_DECLINED);
            EXPECT_TRUE(content("a") == "new" || (status < 0 && content("a") == "old"));
            EXPECT_EQ(names(), before_);
            outer_.file("www/a", "old");
        },
        {ENOSPC, EIO, EMFILE, EDQUOT, EACCES});
}

TEST_F(NewFileInAFolder, files_links_and_empty_folders_are_removed) {
    EXPECT_EQ(remove_file(*root_, "a", nullptr), BERTH_OK);
    EXPECT_EQ(remove_file(*root_, "a", nullptr), BERTH_DECLINED);
    EXPECT_EQ(remove_file(*root_, "sub", nullptr), BERTH_OK);
    EXPECT_EQ(remove_file(*root_, "full", nullptr), BERTH_E_STATE);
    EXPECT_EQ(remove_file(*root_, "up/www/full/x", nullptr), BERTH_DECLINED);
    EXPECT_EQ(remove_file(*root_, "up", nullptr), BERTH_OK);
    EXPECT_EQ(names(), std::set<std::string>{"full"});
}

TEST_F(NewFileInAFolder, only_what_was_expected_is_removed) {
    const berth_file_stat old = root_->find("a").stat;
    EXPECT_EQ(put("a", "newer"), BERTH_OK);
    EXPECT_EQ(remove_file(*root_, "a", &old), BERTH_E_GONE);
    const berth_file_stat now = root_->find("a").stat;
    EXPECT_EQ(remove_file(*root_, "a", &now), BERTH_OK);
}

}  // namespace
}  // namespace berth
