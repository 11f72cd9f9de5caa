// What a listing shows.
#include "file/folder_list.h"

#include "base/unique_fd.h"
#include "support/temporary_directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace berth {
namespace {

using ::testing::UnorderedElementsAre;

std::string name_of(const berth_file_entry& entry) {
    return {entry.name.p, entry.name.n};
}

std::vector<std::string> names_of(const FolderList& list) {
    std::vector<std::string> names;
    for (const auto& entry : list.entries) {
        names.push_back(name_of(entry));
    }
    return names;
}

class FolderListOf : public ::testing::Test {
protected:
    FolderList list(uint32_t most = 1'000) {
        const UniqueFd fd(::open(folder.path("f").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        return list_folder(fd.get(), most);
    }
    FolderListOf() { std::filesystem::create_directories(folder.path("f/sub")); }

    testing::TemporaryDirectory folder;
};

TEST_F(FolderListOf, shows_files_and_folders_with_their_facts) {
    folder.file("f/a", "123");
    folder.file("f/.hidden", "");
    const FolderList all = list();
    EXPECT_EQ(all.status, BERTH_OK);
    EXPECT_THAT(names_of(all), UnorderedElementsAre("a", ".hidden", "sub"));
    for (const auto& entry : all.entries) {
        EXPECT_EQ(entry.stat.type == BERTH_FILE_FOLDER, name_of(entry) == "sub");
        EXPECT_TRUE(name_of(entry) != "a" || entry.stat.size == 3);
    }
    EXPECT_FALSE(all.more);
}

TEST_F(FolderListOf, shows_links_that_stay_below) {
    folder.file("outside", "secret");
    folder.file("f/a", "123");
    std::filesystem::create_symlink("a", folder.path("f/good"));
    std::filesystem::create_symlink("../outside", folder.path("f/bad"));
    std::filesystem::create_symlink("nowhere", folder.path("f/broken"));
    ASSERT_EQ(mkfifo(folder.path("f/fifo").c_str(), 0600), 0);
    EXPECT_THAT(names_of(list()), UnorderedElementsAre("a", "good", "sub"));
}

TEST_F(FolderListOf, stops_at_the_maximum) {
    for (int i = 0; i < 2'000; ++i) {
        folder.file("f/file-with-a-long-name-" + std::to_string(i), "");
    }
    EXPECT_EQ(list(2'001).entries.size(), 2'001u);
    EXPECT_FALSE(list(2'001).more);
    EXPECT_EQ(list(100).entries.size(), 100u);
    EXPECT_TRUE(list(100).more);
}

TEST_F(FolderListOf, is_whole_each_time) {
    folder.file("f/a", "");
    const UniqueFd fd(::open(folder.path("f").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_EQ(list_folder(fd.get(), 10).entries.size(), 2u);
    EXPECT_EQ(list_folder(fd.get(), 10).entries.size(), 2u);
}

}  // namespace
}  // namespace berth
