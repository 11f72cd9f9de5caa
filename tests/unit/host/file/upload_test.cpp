// Receiving files without the loop waiting for the disk.
#include "file/upload.h"

#include "base/faulty_sys.h"
#include "file/file_service.h"
#include "support/temporary_directory.h"
#include "support/test_loop.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <vector>

namespace berth {
namespace {

namespace fs = std::filesystem;

// Writes stand still as long as it is closed.
class Gate {
public:
    void close() { set(false); }
    void open() { set(true); }
    void pass() {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return open_; });
    }

private:
    void set(bool open) {
        const std::lock_guard lock(mutex_);
        open_ = open;
        wake_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable wake_;
    bool open_ = true;
};
Gate gate;

// The loop writes, too, when it is woken.
constexpr size_t kWakeBytes = 8;

ssize_t gated_write(int fd, const void* bytes, size_t n) {
    if (n > kWakeBytes) {
        gate.pass();
    }
    return real_sys().write(fd, bytes, n);
}
int gated_rename(int from, const char* name, int to, const char* new_name, unsigned flags) {
    gate.pass();
    return real_sys().renameat2(from, name, to, new_name, flags);
}
ssize_t disk_full(int fd, const void* bytes, size_t n) {
    if (n <= kWakeBytes) {
        return real_sys().write(fd, bytes, n);
    }
    errno = ENOSPC;
    return -1;
}

class UploadToAFolder : public ::testing::Test {
protected:
    UploadToAFolder() : scope_(table_) {
        folder_.file("a", "old");
        EXPECT_EQ(RootFolder::open(folder_.path(), root_.folder), BERTH_OK);
    }
    ~UploadToAFolder() override { EXPECT_EQ(live_count(LiveKind::kUpload).objects, 0u); }

    berth_upload* begin(std::string_view path) {
        berth_upload* upload = nullptr;
        EXPECT_EQ(service_->upload(root_, path, ready, this, &upload), BERTH_PENDING);
        EXPECT_EQ(upload->write({}), BERTH_E_STATE);  // not yet
        EXPECT_EQ(wait(), BERTH_OK);
        return upload;
    }
    berth_status wait() {
        EXPECT_TRUE(loop_.until([&] { return !told_.empty(); }));
        const berth_status status = told_.empty() ? berth_status{BERTH_E_TIMEOUT} : told_.front();
        told_.clear();
        return status;
    }
    // The pool may have to be asked.
    FileRef open(berth_root& root, std::string_view name) {
        const berth_sv path{name.data(), name.size()};
        FileRef later;
        berth_file_op* op = nullptr;
        const auto opened = [](void* user, berth_status, berth_file* file, uint32_t) {
            *static_cast<FileRef*>(user) = FileRef(file);
        };
        FileService::Opened now = service_->open(root, {&path, 1}, {opened, &later, &op});
        if (now.status == BERTH_PENDING) {
            EXPECT_TRUE(loop_.until([&] { return static_cast<bool>(later); }));
        }
        return now.status == BERTH_PENDING ? std::move(later) : std::move(now.file);
    }
    static void ready(void* user, berth_status status) {
        static_cast<UploadToAFolder*>(user)->told_.push_back(status);
    }
    std::string content(const std::string& path) {
        std::ifstream file(folder_.path(path), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    size_t files() {
        return static_cast<size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
    }
    bool until_only_the_old_is_there() {
        return loop_.until(
            [&] { return files() == 1 && live_count(LiveKind::kUpload).objects == 0; });
    }

    testing::TemporaryDirectory folder_;
    FaultySys table_{Faults()};
    ScopedSys scope_;
    test::TestLoop loop_;
    uint64_t hits_ = 0, misses_ = 0;
    std::unique_ptr<FileService> service_ =
        std::make_unique<FileService>(*loop_, 10, FileService::Counters{&hits_, &misses_});
    berth_root root_;
    std::vector<berth_status> told_;
    const std::vector<uint8_t> piece_ = std::vector<uint8_t>(berth_upload::kPieceBytes, 'x');
};

TEST_F(UploadToAFolder, what_was_opened_before_is_another_file_at_once) {
    const berth_sv path{"a", 1};
    berth_file_op* op = nullptr;
    const auto open = [&] { return service_->open(root_, {&path, 1}, {nullptr, nullptr, &op}); };
    EXPECT_EQ(open().file->stat().size, 3u);
    berth_upload* upload = begin("a");
    const std::string text = "a new text";
    EXPECT_EQ(upload->write({reinterpret_cast<const uint8_t*>(text.data()), text.size()}),
              BERTH_OK);
    EXPECT_EQ(open().file->stat().size, 3u);
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_OK);
    EXPECT_EQ(open().file->stat().size, text.size());
    EXPECT_EQ(upload->write({}), BERTH_E_STATE);
    EXPECT_EQ(upload->commit(nullptr), BERTH_E_STATE);
    upload->end();
    EXPECT_EQ(content("a"), text);
    EXPECT_EQ(files(), 1u);
}

// Another route, say, serves the same folder.
TEST_F(UploadToAFolder, other_ways_lead_to_the_new_file_at_once) {
    fs::create_symlink("a", folder_.path("link"));
    berth_root other;
    ASSERT_EQ(RootFolder::open(folder_.path(), other.folder), BERTH_OK);
    EXPECT_EQ(open(other, "a")->stat().size, 3u);
    EXPECT_EQ(open(root_, "link")->stat().size, 3u);
    const FileRef listed = open(other, "");
    berth_upload* upload = begin("a");
    EXPECT_EQ(upload->write({piece_.data(), 5}), BERTH_OK);
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_OK);
    EXPECT_EQ(open(other, "a")->stat().size, 5u);
    EXPECT_EQ(open(root_, "link")->stat().size, 5u);
    EXPECT_NE(open(other, "").get(), listed.get());  // who lists it lists it anew
    upload->end();
}

TEST_F(UploadToAFolder, the_client_waits_for_the_disk_and_the_loop_does_not) {
    table_.write = gated_write;
    gate.close();
    berth_upload* upload = begin("b");
    size_t taken = 0;
    while (upload->write(piece_) == BERTH_OK) {
        ++taken;
        ASSERT_LT(taken, 100u);
    }
    EXPECT_EQ(taken, 4u);  // one is being written, and the fourth of those behind it is too much
    EXPECT_EQ(upload->write(piece_), BERTH_E_STATE);
    loop_.settle();
    EXPECT_TRUE(told_.empty());
    gate.open();
    EXPECT_EQ(wait(), BERTH_OK);
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_OK);
    upload->end();
    EXPECT_EQ(content("b").size(), (taken + 1) * piece_.size());
}

TEST_F(UploadToAFolder, what_ends_early_leaves_nothing) {
    begin("b")->end();
    EXPECT_TRUE(until_only_the_old_is_there());
    table_.write = gated_write;
    gate.close();
    berth_upload* upload = begin("b");
    EXPECT_EQ(upload->write(piece_), BERTH_OK);
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    upload->end();  // while the pool writes
    gate.open();
    EXPECT_TRUE(until_only_the_old_is_there());
    EXPECT_EQ(service_->upload(root_, "b", ready, this, &upload), BERTH_PENDING);
    upload->end();  // while the pool opens it
    EXPECT_TRUE(until_only_the_old_is_there());
    EXPECT_TRUE(told_.empty());
}

TEST_F(UploadToAFolder, what_is_on_its_way_to_its_place_arrives) {
    table_.renameat2 = gated_rename;
    gate.close();
    berth_upload* upload = begin("b");
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    upload->end();
    gate.open();
    EXPECT_TRUE(loop_.until([&] { return live_count(LiveKind::kUpload).objects == 0; }));
    EXPECT_TRUE(fs::exists(folder_.path("b")));
    EXPECT_TRUE(told_.empty());
}

TEST_F(UploadToAFolder, a_full_disk_ends_it) {
    table_.write = disk_full;
    berth_upload* upload = begin("b");
    EXPECT_EQ(upload->write(piece_), BERTH_OK);
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_E_LIMIT);
    EXPECT_EQ(upload->write(piece_), BERTH_E_LIMIT);
    EXPECT_EQ(upload->commit(nullptr), BERTH_E_LIMIT);
    upload->end();
    EXPECT_TRUE(until_only_the_old_is_there());
}

TEST_F(UploadToAFolder, is_told_of_a_folder_that_is_not_there) {
    berth_upload* upload = nullptr;
    for (const char* path : {"", "../b", "b/", ".berth-upload-1", "sub/.berth-upload-1/x"}) {
        EXPECT_EQ(service_->upload(root_, path, ready, this, &upload), BERTH_E_INVAL) << path;
        EXPECT_EQ(upload, nullptr);
    }
    EXPECT_EQ(service_->upload(root_, "none/b", ready, this, &upload), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_DECLINED);
    upload->end();
    EXPECT_TRUE(until_only_the_old_is_there());
}

TEST_F(UploadToAFolder, hears_nothing_after_the_service_has_ended) {
    berth_upload* upload = begin("b");
    EXPECT_EQ(upload->commit(nullptr), BERTH_PENDING);
    service_.reset();
    EXPECT_TRUE(loop_.until([&] { return fs::exists(folder_.path("b")); }));
    loop_.settle();
    EXPECT_TRUE(told_.empty());
    upload->end();
    EXPECT_TRUE(loop_.until([&] { return live_count(LiveKind::kUpload).objects == 0; }));
}

TEST_F(UploadToAFolder, files_are_removed) {
    const berth_sv path{"a", 1};
    berth_file_op* op = nullptr;
    EXPECT_EQ(service_->open(root_, {&path, 1}, {nullptr, nullptr, &op}).status, BERTH_OK);
    EXPECT_EQ(service_->remove(root_, "a", nullptr, {ready, this, &op}), BERTH_PENDING);
    EXPECT_EQ(wait(), BERTH_OK);
    EXPECT_EQ(files(), 0u);
    EXPECT_NE(service_->open(root_, {&path, 1}, {nullptr, nullptr, &op}).status, BERTH_OK);
    EXPECT_EQ(service_->remove(root_, "", nullptr, {ready, this, &op}), BERTH_E_INVAL);
}

}  // namespace
}  // namespace berth
