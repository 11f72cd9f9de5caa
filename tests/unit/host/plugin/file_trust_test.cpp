#include "plugin/file_trust.h"

#include "base/sys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace berth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A folder of its own with one file in it.
class FileTrust : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "berth-trust-XXXXXX").string();
        folder_ = fs::canonical(::mkdtemp(name.data()));
        file_ = (folder_ / "a.so").string();
        std::ofstream(file_) << "x";
        ::chmod(file_.c_str(), 0644);
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string refusal() const {
        const auto opened = open_trusted(file_, ::geteuid());
        return opened ? "" : opened.error().message;
    }

    fs::path folder_;
    std::string file_;
};

TEST_F(FileTrust, OpensAFileThatOnlyItsOwnerCanChange) {
    EXPECT_EQ(refusal(), "");
}

TEST_F(FileTrust, RefusesFilesThatOthersCanChange) {
    ::chmod(file_.c_str(), 0666);
    EXPECT_EQ(refusal(), "can be changed by others (mode 0666): chmod go-w " + file_);
    ::chmod(file_.c_str(), 0664);
    EXPECT_EQ(refusal(), "can be changed by others (mode 0664): chmod go-w " + file_);
}

TEST_F(FileTrust, RefusesFoldersThatOthersCanChange) {
    ::chmod(folder_.c_str(), 0777);
    EXPECT_EQ(refusal(),
              "lies in folder " + folder_.string() +
                  ", which others can change (mode 0777): chmod go-w " + folder_.string());
    ::chmod(folder_.c_str(), 01777);  // sticky: others cannot replace what is not theirs
    EXPECT_EQ(refusal(), "");
}

TEST_F(FileTrust, RefusesSymbolicLinks) {
    const std::string target = file_ + ".real";
    fs::rename(file_, target);
    fs::create_symlink(target, file_);
    EXPECT_EQ(refusal(), "is a symbolic link: put the file itself there");
}

TEST_F(FileTrust, FollowsLinksToFolders) {
    const fs::path link = folder_ / "link";
    fs::create_directory(folder_ / "real");
    fs::rename(file_, folder_ / "real" / "a.so");
    fs::create_symlink(folder_ / "real", link);
    file_ = (link / "a.so").string();
    EXPECT_EQ(refusal(), "");
    ::chmod((folder_ / "real").c_str(), 0777);
    EXPECT_THAT(refusal(), HasSubstr("chmod go-w " + (folder_ / "real").string()));
}

TEST_F(FileTrust, RefusesWhatIsNoFile) {
    fs::remove(file_);
    EXPECT_EQ(refusal(), "cannot be opened: No such file or directory");
    fs::create_directory(file_);
    EXPECT_EQ(refusal(), "is not a regular file");
    fs::remove(file_);
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);  // must not wait for a writer
    EXPECT_EQ(refusal(), "is not a regular file");
}

TEST_F(FileTrust, RefusesOtherOwners) {
    Sys table = real_sys();
    table.fstat = [](int fd, struct stat* status) {
        const int result = real_sys().fstat(fd, status);
        status->st_uid = 4242;
        return result;
    };
    const ScopedSys scoped(table);
    EXPECT_THAT(refusal(), HasSubstr("belongs to user 4242 and not to root"));
    EXPECT_THAT(refusal(), HasSubstr(": chown root " + file_));
}

TEST_F(FileTrust, RefusesFoldersOfOtherOwners) {
    Sys table = real_sys();
    table.lstat = [](const char* path, struct stat* status) {
        const int result = real_sys().lstat(path, status);
        status->st_uid = 4242;
        return result;
    };
    const ScopedSys scoped(table);
    EXPECT_THAT(refusal(), HasSubstr("which belongs to user 4242"));
}

}  // namespace
}  // namespace berth
