// What plugins ask for: at once where it is at hand, else from the pool.
#include "file/file_service.h"

#include "base/faulty_sys.h"
#include "support/temporary_directory.h"
#include "support/test_loop.h"
#include "support/uncached_names.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace berth {
namespace {

ssize_t nothing_in_memory(int, const iovec*, int, off_t, int) {
    errno = EAGAIN;
    return -1;
}

berth_sv sv(const char* text) {
    return {text, std::char_traits<char>::length(text)};
}

class FileServiceOfAFolder : public ::testing::Test {
protected:
    FileServiceOfAFolder() : scope_(table_) {
        folder_.file("a", "hello");
        folder_.file("index.html", "index");
        EXPECT_EQ(RootFolder::open(folder_.path(), root_.folder), BERTH_OK);
    }
    FileService::Opened open(std::vector<berth_sv> paths) {
        return service_.open(root_, paths, {opened, this, &op_});
    }
    static void opened(void* user, berth_status status, berth_file* file, uint32_t which) {
        auto& self = *static_cast<FileServiceOfAFolder*>(user);
        self.later_.push_back({status, FileRef(file), which});
    }
    static void was_read(void* user, berth_status, const void* bytes, size_t n) {
        auto& self = *static_cast<FileServiceOfAFolder*>(user);
        self.read_.emplace_back(static_cast<const char*>(bytes), n);
    }
    static void listed(
        void* user, berth_status, const berth_file_entry*, uint32_t n, int32_t more) {
        auto& self = *static_cast<FileServiceOfAFolder*>(user);
        self.read_.push_back(std::to_string(n) + (more != 0 ? " and more" : ""));
    }

    testing::TemporaryDirectory folder_;
    FaultySys table_{Faults()};
    ScopedSys scope_;
    test::TestLoop loop_;
    uint64_t hits_ = 0, misses_ = 0;
    FileService service_{*loop_, 10, {&hits_, &misses_}};
    berth_root root_;
    berth_file_op* op_ = nullptr;
    std::vector<FileService::Opened> later_;
    std::vector<std::string> read_;
};

TEST_F(FileServiceOfAFolder, opens_the_first_that_is_there) {
    root_.folder->find("none");  // now the system knows that it is not there
    root_.folder->find("nothing");
    const auto result = open({sv("none"), sv("a"), sv("index.html")});
    EXPECT_EQ(result.status, BERTH_OK);
    EXPECT_EQ(result.which, 1u);
    EXPECT_EQ(result.file->stat().size, 5u);
    EXPECT_EQ(open({sv("none"), sv("nothing")}).status, BERTH_DECLINED);
    EXPECT_EQ(open({sv("../a")}).status, BERTH_E_INVAL);
    EXPECT_EQ(open({sv("a")}).file.get(), result.file.get());
    EXPECT_EQ(hits_, 1u);
    EXPECT_EQ(misses_, 1u);
}

TEST_F(FileServiceOfAFolder, sees_at_once_what_is_written_in_place) {
    const auto before = open({sv("a")}).file.another();
    EXPECT_EQ(open({sv("a")}).file.get(), before.get());
    folder_.file("a", "hello, longer");
    before->memory().looked_ms = 0;  // long ago
    const auto after = open({sv("a")});
    EXPECT_NE(after.file.get(), before.get());
    EXPECT_EQ(after.file->stat().size, 13u);
    EXPECT_EQ(misses_, 2u);
}

TEST_F(FileServiceOfAFolder, sees_in_the_next_turn_that_a_file_has_become_shorter) {
    const auto file = open({sv("a")}).file.another();
    EXPECT_EQ(service_.check(*file.get(), 5), BERTH_OK);
    EXPECT_EQ(service_.check(*file.get(), 6), BERTH_E_IO);
    folder_.file("a", "hell");
    EXPECT_EQ(service_.check(*file.get(), 5), BERTH_OK);  // asked once in a turn
    loop_->turn(0);
    EXPECT_EQ(service_.check(*file.get(), 5), BERTH_E_IO);
    EXPECT_EQ(service_.check(*file.get(), 4), BERTH_OK);
}

TEST_F(FileServiceOfAFolder, opens_on_the_pool_what_is_not_at_hand) {
    table_.openat2 = testing::open_uncached;
    EXPECT_EQ(open({sv("none"), sv("a")}).status, BERTH_PENDING);
    EXPECT_TRUE(later_.empty());
    ASSERT_TRUE(loop_.until([&] { return !later_.empty(); }));
    EXPECT_EQ(later_[0].status, BERTH_OK);
    EXPECT_EQ(later_[0].which, 1u);
    EXPECT_EQ(open({sv("a")}).file.get(), later_[0].file.get());  // from the cache
    EXPECT_EQ(open({sv("none")}).status, BERTH_PENDING);
    ASSERT_TRUE(loop_.until([&] { return later_.size() == 2; }));
    EXPECT_EQ(later_[1].status, BERTH_DECLINED);
}

TEST_F(FileServiceOfAFolder, says_nothing_of_what_was_cancelled) {
    table_.openat2 = testing::open_uncached;
    EXPECT_EQ(open({sv("a")}).status, BERTH_PENDING);
    op_->cancelled = true;
    EXPECT_EQ(open({sv("index.html")}).status, BERTH_PENDING);
    ASSERT_TRUE(loop_.until([&] { return !later_.empty(); }));
    loop_.settle();
    EXPECT_EQ(later_.size(), 1u);
}

TEST_F(FileServiceOfAFolder, reads_at_once_or_later) {
    const auto file = open({sv("a")}).file.another();
    uint8_t buffer[3] = {};
    size_t got = 0;
    EXPECT_EQ(service_.read(*file.get(), {1, 3, buffer}, got, {was_read, this, &op_}), BERTH_OK);
    EXPECT_EQ(std::string(buffer, buffer + got), "ell");
    table_.preadv2 = nothing_in_memory;
    EXPECT_EQ(service_.read(*file.get(), {3, 3, buffer}, got, {was_read, this, &op_}),
              BERTH_PENDING);
    ASSERT_TRUE(loop_.until([&] { return !read_.empty(); }));
    EXPECT_EQ(read_[0], "lo");
}

TEST_F(FileServiceOfAFolder, loads_small_files_that_have_not_just_changed) {
    EXPECT_FALSE(open({sv("a")}).file->is_loaded());
    timespec now{};
    real_sys().clock_gettime(CLOCK_REALTIME, &now);
    table_.set_clock_us((static_cast<uint64_t>(now.tv_sec) + 6) * 1'000'000);
    loop_->turn(0);
    const auto loaded = open({sv("index.html")}).file.another();
    ASSERT_TRUE(loaded->is_loaded());
    uint8_t buffer[3] = {};
    size_t got = 0;
    EXPECT_EQ(service_.read(*loaded.get(), {3, 3, buffer}, got, {was_read, this, &op_}), BERTH_OK);
    EXPECT_EQ(std::string(buffer, buffer + got), "ex");
    EXPECT_EQ(service_.read(*loaded.get(), {1, 9, {}}, got, {was_read, this, &op_}), BERTH_PENDING);
    ASSERT_TRUE(loop_.until([&] { return !read_.empty(); }));
    EXPECT_EQ(read_[0], "ndex");
}

TEST_F(FileServiceOfAFolder, lists_folders_only) {
    const auto file = open({sv("a")}).file.another();
    const auto folder = open({sv("")}).file.another();
    EXPECT_EQ(service_.list(*file.get(), 10, {listed, this, &op_}), BERTH_E_INVAL);
    EXPECT_EQ(service_.list(*folder.get(), 1, {listed, this, &op_}), BERTH_PENDING);
    ASSERT_TRUE(loop_.until([&] { return !read_.empty(); }));
    EXPECT_EQ(read_[0], "1 and more");
}

}  // namespace
}  // namespace berth
