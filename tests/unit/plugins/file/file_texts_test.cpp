#include "file_texts.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::file {
namespace {

constexpr int64_t kModified = 784'111'777;

berth_file_stat stat_of(uint64_t inode, uint64_t size, int64_t mtime_ns) {
    return {size, mtime_ns, inode, BERTH_FILE_REGULAR, 0};
}

TEST(FileTexts, say_the_tag_and_the_date) {
    const FileTexts texts(stat_of(7, 1024, 255), kModified);
    EXPECT_EQ(texts.tag(), "\"ff-400-7\"");
    EXPECT_EQ(texts.last_modified(), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(FileTexts, are_made_once_for_one_state) {
    FileTextsCache cache;
    const char* const first = cache.find(stat_of(7, 1024, 255), kModified).tag().data();
    cache.find(stat_of(8, 1, 1), kModified);
    EXPECT_EQ(cache.find(stat_of(7, 1024, 255), kModified).tag(), "\"ff-400-7\"");
    EXPECT_EQ(cache.find(stat_of(7, 1024, 255), kModified).tag().data(), first);
}

TEST(FileTexts, of_another_state_are_others) {
    FileTextsCache cache;
    for (const berth_file_stat& other : {stat_of(7, 1025, 255), stat_of(7, 1024, 256)}) {
        cache.find(stat_of(7, 1024, 255), kModified);
        EXPECT_EQ(cache.find(other, kModified).tag(), FileTexts(other, kModified).tag());
    }
    cache.find(stat_of(7, 1024, 255), kModified);
    EXPECT_EQ(cache.find(stat_of(7, 1024, 255), kModified + 1).last_modified(),
              "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST(FileTexts, of_many_files_are_their_own) {
    FileTextsCache cache;
    for (int round = 0; round < 2; ++round) {
        for (uint64_t inode = 0; inode < 2000; ++inode) {
            const berth_file_stat stat = stat_of(inode, 1, 1);
            ASSERT_EQ(cache.find(stat, kModified).tag(), FileTexts(stat, kModified).tag());
        }
    }
}

}  // namespace
}  // namespace berth::file
