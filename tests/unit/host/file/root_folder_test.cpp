// Paths below a root: what they reach, and what they never do.
#include "file/root_folder.h"

#include "base/faulty_sys.h"
#include "support/temporary_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace berth {
namespace {

namespace fs = std::filesystem;

int no_openat2(int, const char*, const open_how*, size_t) {
    errno = ENOSYS;
    return -1;
}

// The same answers by the kernel and by the walk, links apart.
class RootFolderBy : public ::testing::TestWithParam<bool> {
protected:
    RootFolderBy() : scope_(table_) {
        if (!GetParam()) {
            table_.openat2 = no_openat2;
        }
        fs::create_directories(outer_.path("www/sub/deep"));
        fs::create_directory(outer_.path("www-secret"));
        outer_.file("www/index.html", "hello");
        outer_.file("www/sub/deep/a b", "1234");
        outer_.file("www-secret/s", "secret");
        EXPECT_EQ(RootFolder::open(outer_.path("www"), root_), BERTH_OK);
    }
    berth_status find(std::string_view path) {
        found_ = root_->find(path);
        return found_.status;
    }

    testing::TemporaryDirectory outer_;
    FaultySys table_{Faults()};
    ScopedSys scope_;
    std::shared_ptr<RootFolder> root_;
    FoundFile found_;
};
INSTANTIATE_TEST_SUITE_P(RootFolder, RootFolderBy, ::testing::Bool(), [](const auto& which) {
    return which.param ? "kernel" : "walk";
});

TEST_P(RootFolderBy, finds_files_and_folders) {
    EXPECT_EQ(find("index.html"), BERTH_OK);
    EXPECT_EQ(found_.stat.size, 5u);
    EXPECT_EQ(found_.stat.type, uint32_t{BERTH_FILE_REGULAR});
    EXPECT_EQ(find("sub/deep/a b"), BERTH_OK);
    EXPECT_EQ(found_.stat.size, 4u);
    EXPECT_EQ(find("sub"), BERTH_OK);
    EXPECT_EQ(found_.stat.type, uint32_t{BERTH_FILE_FOLDER});
    EXPECT_EQ(find(""), BERTH_OK);
    EXPECT_EQ(found_.stat.type, uint32_t{BERTH_FILE_FOLDER});
}

TEST_P(RootFolderBy, finds_nothing_where_nothing_is) {
    EXPECT_EQ(find("none"), BERTH_DECLINED);
    EXPECT_EQ(find("none/below"), BERTH_DECLINED);
    EXPECT_EQ(find("index.html/below"), BERTH_DECLINED);
    EXPECT_EQ(find(std::string(300, 'x')), BERTH_E_INVAL);
}

TEST_P(RootFolderBy, leaves_the_root_by_no_link) {
    fs::create_symlink("../www-secret", outer_.path("www/up"));
    fs::create_symlink(outer_.path("www-secret/s"), outer_.path("www/absolute"));
    fs::create_symlink("../../www-secret/s", outer_.path("www/sub/far"));
    fs::create_symlink("/proc/self/cwd", outer_.path("www/magic"));
    for (const char* path : {"up", "up/s", "absolute", "sub/far", "magic", "magic/x"}) {
        EXPECT_EQ(find(path), BERTH_DECLINED) << path;
    }
}

TEST_P(RootFolderBy, opens_neither_fifos_nor_devices) {
    ASSERT_EQ(mkfifo(outer_.path("www/fifo").c_str(), 0600), 0);
    EXPECT_EQ(find("fifo"), BERTH_E_DENIED);
}

TEST_P(RootFolderBy, waits_only_where_it_may) {
    const berth_status now = root_->find_now("index.html").status;
    EXPECT_EQ(now, GetParam() ? BERTH_OK : BERTH_AGAIN);
}

TEST(RootFolderLinks, inside_the_root_are_followed) {
    const testing::TemporaryDirectory outer;
    fs::create_directories(outer.path("www/sub"));
    outer.file("www/sub/a", "12");
    fs::create_symlink("../sub/a", outer.path("www/sub/b"));
    std::shared_ptr<RootFolder> root;
    ASSERT_EQ(RootFolder::open(outer.path("www"), root), BERTH_OK);
    EXPECT_EQ(root->find("sub/b").status, BERTH_OK);
}

// The kernel gives up a walk with ".." in it when anything is renamed anywhere meanwhile.
int renamed_meanwhile(int folder, const char* path, const open_how* how, size_t size) {
    static int calls = 0;
    if ((how->resolve & RESOLVE_CACHED) == 0 && ++calls % 4 != 0) {
        errno = EAGAIN;
        return -1;
    }
    return real_sys().openat2(folder, path, how, size);
}

// A root whose openat2() is another.
class RootFolderWith : public ::testing::Test {
protected:
    std::shared_ptr<RootFolder> open_with(decltype(Sys::openat2) openat2) {
        table_.openat2 = openat2;
        std::shared_ptr<RootFolder> root;
        EXPECT_EQ(RootFolder::open(outer_.path(""), root), BERTH_OK);
        return root;
    }

    const testing::TemporaryDirectory outer_;

private:
    FaultySys table_{Faults()};
    const ScopedSys scope_{table_};
};

TEST_F(RootFolderWith, links_are_followed_while_others_rename) {
    outer_.file("a", "12");
    EXPECT_EQ(open_with(renamed_meanwhile)->find("a").status, BERTH_OK);
}

int out_of_descriptors_once(int folder, const char* path, const open_how* how, size_t size) {
    static bool once = false;
    if (!std::exchange(once, true)) {
        errno = EMFILE;
        return -1;
    }
    return real_sys().openat2(folder, path, how, size);
}

TEST_F(RootFolderWith, links_are_followed_although_descriptors_ran_out_at_first) {
    outer_.file("a", "12");
    fs::create_symlink("a", outer_.path("b"));
    EXPECT_EQ(open_with(out_of_descriptors_once)->find("b").status, BERTH_OK);
}

TEST(RootFolderOpen, says_what_is_wrong) {
    const testing::TemporaryDirectory outer;
    std::shared_ptr<RootFolder> root;
    EXPECT_EQ(RootFolder::open(outer.path("none"), root), BERTH_DECLINED);
    EXPECT_EQ(RootFolder::open(outer.file("file", ""), root), BERTH_E_INVAL);
    EXPECT_EQ(RootFolder::open("relative", root), BERTH_E_INVAL);
    EXPECT_EQ(root, nullptr);
}

// As for a user who may not read what is called "closed".
int closed_to_readers(int at, const char* path, const open_how* how, size_t size) {
    if (std::string_view(path).ends_with("closed") && (how->flags & O_PATH) == 0) {
        errno = EACCES;
        return -1;
    }
    return real_sys().openat2(at, path, how, size);
}

TEST_F(RootFolderWith, a_folder_that_may_not_be_read_is_known) {
    fs::create_directories(outer_.path("folder/closed"));
    outer_.file("folder/closed/a", "1");
    outer_.file("closed", "a file");
    const auto root = open_with(closed_to_readers);
    const FoundFile folder = root->find("folder/closed");
    EXPECT_EQ(folder.status, BERTH_OK);
    EXPECT_EQ(folder.stat.type, uint32_t{BERTH_FILE_FOLDER});
    EXPECT_TRUE(folder.is_closed);
    EXPECT_EQ(root->find("closed").status, BERTH_E_DENIED);
    EXPECT_EQ(root->find("folder/closed/a").status, BERTH_OK);
}

TEST(RootFolderStat, knows_no_year_beyond_2262) {
    struct stat facts {};
    facts.st_mtim = {16'000'000'000, 5};  // 2477, as damaged archives have it
    EXPECT_GT(stat_of(facts).mtime_ns, INT64_MAX / 2);
    facts.st_mtim = {-16'000'000'000, 5};
    EXPECT_LT(stat_of(facts).mtime_ns, INT64_MIN / 2);
    facts.st_mtim = {-1, 5};
    EXPECT_EQ(stat_of(facts).mtime_ns, -999'999'995);
}

TEST(RootFolderPath, is_plain_or_refused) {
    for (const char* good : {"", "a", "a/b", "...", "a/.hidden", "..a/b..", "a b"}) {
        EXPECT_TRUE(is_plain_path(good)) << good;
    }
    for (const char* bad :
         {"/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b"}) {
        EXPECT_FALSE(is_plain_path(bad)) << bad;
    }
    EXPECT_FALSE(is_plain_path(std::string_view("a\0b", 3)));
    EXPECT_FALSE(is_plain_path(std::string(5'000, 'x')));
}

}  // namespace
}  // namespace berth
