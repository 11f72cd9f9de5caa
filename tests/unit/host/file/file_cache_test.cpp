// Files that are shared for a while: hits, replacement, the bound.
#include "file/file_cache.h"

#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace berth {
namespace {

class FileCacheOfTwo : public ::testing::Test {
protected:
    FileCacheOfTwo() {
        for (const char* name : {"a", "b", "c"}) {
            folder_.file(name, name);
        }
        EXPECT_EQ(RootFolder::open(folder_.path(), root_), BERTH_OK);
    }
    FileRef keep(const std::string& name, uint64_t now_ms = 0) {
        return cache_.keep(*root_, name, root_->find(name), now_ms);
    }
    FileRef keep_settled(FileCache& cache, const std::string& name, uint64_t now_ms = 0) {
        FoundFile found = root_->find(name);
        found.is_settled = true;
        return cache.keep(*root_, name, std::move(found), now_ms);
    }
    bool knows(const std::string& name, uint64_t now_ms = 0) {
        return static_cast<bool>(cache_.find(*root_, name, now_ms));
    }

    testing::TemporaryDirectory folder_;
    std::shared_ptr<RootFolder> root_;
    FileCache cache_{2};
};

TEST_F(FileCacheOfTwo, gives_the_same_file_to_all) {
    const FileRef first = keep("a");
    const FileRef second = cache_.find(*root_, "a", 999);
    EXPECT_EQ(first.get(), second.get());
    EXPECT_FALSE(knows("b"));
}

TEST_F(FileCacheOfTwo, looks_again_after_a_while) {
    const FileRef first = keep("a");
    EXPECT_TRUE(knows("a", FileCache::kValidMs - 1));
    EXPECT_FALSE(knows("a", FileCache::kValidMs));
    const FileRef again = keep("a", FileCache::kValidMs);
    EXPECT_EQ(first.get(), again.get());
    EXPECT_TRUE(knows("a", 2 * FileCache::kValidMs - 1));
}

TEST_F(FileCacheOfTwo, sees_that_a_file_was_replaced) {
    const FileRef first = keep("a");
    folder_.file("next", "longer");
    std::filesystem::rename(folder_.path("next"), folder_.path("a"));
    const FileRef second = keep("a", FileCache::kValidMs);
    EXPECT_EQ(second->stat().size, 6u);
    EXPECT_EQ(first->stat().size, 1u);  // who holds the old one keeps it
}

TEST_F(FileCacheOfTwo, does_not_believe_what_was_looked_for_before_a_change) {
    FoundFile found = root_->find("a");  // on the pool, say
    found.changes = cache_.changes();
    cache_.changed(*root_, "a");
    cache_.keep(*root_, "a", std::move(found), 0);
    EXPECT_FALSE(knows("a"));
}

// Whose time may be the same in spite of it.
TEST_F(FileCacheOfTwo, takes_no_folder_for_the_same_after_a_change) {
    const FileRef before = keep("");
    cache_.changed(*root_, "a");
    FoundFile found = root_->find("");
    found.changes = cache_.changes();
    const FileRef after = cache_.keep(*root_, "", std::move(found), 0);
    EXPECT_NE(after.get(), before.get());
}

TEST_F(FileCacheOfTwo, sees_a_change_that_keeps_size_and_time) {
    const FileRef first = keep("a");
    const auto before = std::filesystem::last_write_time(folder_.path("a"));
    const auto found_changed = [&] {  // the system's clock for files is coarse
        folder_.file("a", "A");
        std::filesystem::last_write_time(folder_.path("a"), before);
        return keep("a", FileCache::kValidMs).get() != first.get();
    };
    bool changed = false;
    for (int i = 0; i < 1'000 && !changed; ++i) {
        changed = found_changed();
    }
    EXPECT_TRUE(changed);
}

TEST_F(FileCacheOfTwo, forgets_the_one_that_was_not_used_for_the_longest_time) {
    keep("a");
    keep("b");
    EXPECT_TRUE(knows("a"));
    keep("c");
    EXPECT_TRUE(knows("a"));
    EXPECT_FALSE(knows("b"));
    EXPECT_TRUE(knows("c"));
    EXPECT_EQ(cache_.size(), 2u);
}

TEST_F(FileCacheOfTwo, loads_small_ones_and_closes_them) {
    const FileRef loaded = keep_settled(cache_, "a");
    ASSERT_TRUE(loaded->is_loaded());
    EXPECT_EQ(loaded->fd(), -1);
    EXPECT_EQ(loaded->content()[0], 'a');
    folder_.file("large", std::string(8 * 1024 + 1, 'x'));
    EXPECT_FALSE(keep_settled(cache_, "large")->is_loaded());
    EXPECT_FALSE(keep_settled(cache_, "")->is_loaded());  // the folder
}

TEST_F(FileCacheOfTwo, loads_one_once_it_is_settled) {
    EXPECT_FALSE(keep("a")->is_loaded());
    EXPECT_TRUE(keep_settled(cache_, "a", FileCache::kValidMs)->is_loaded());
    const FileRef loaded = cache_.find(*root_, "a", FileCache::kValidMs);
    EXPECT_TRUE(loaded->is_loaded());
    EXPECT_EQ(keep_settled(cache_, "a", 2 * FileCache::kValidMs).get(), loaded.get());
    EXPECT_EQ(cache_.size(), 1u);
}

TEST_F(FileCacheOfTwo, keeps_loaded_ones_without_descriptors) {
    for (const char* name : {"a", "b", "c"}) {
        keep_settled(cache_, name);
    }
    keep("");
    EXPECT_TRUE(knows("a") && knows("b") && knows("c") && knows(""));
}

TEST_F(FileCacheOfTwo, bounds_the_bytes_of_loaded_ones) {
    constexpr size_t kRoomForTwo = 700;
    FileCache cache(2, kRoomForTwo);
    for (const char* name : {"a", "b", "c"}) {
        keep_settled(cache, name);
    }
    EXPECT_EQ(cache.size(), 2u);
    EXPECT_FALSE(cache.find(*root_, "a", 0));
    EXPECT_EQ(live_count(LiveKind::kFile).bytes, 2u);
}

TEST_F(FileCacheOfTwo, closes_what_nobody_holds) {
    keep("a");
    const FileRef held = keep("b");
    cache_.forget(*root_);
    EXPECT_EQ(cache_.size(), 0u);
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 1u);
    keep_settled(cache_, "c");
    cache_.forget(*root_);
    EXPECT_EQ(live_count(LiveKind::kFile).bytes, 0u);
}

}  // namespace
}  // namespace berth
