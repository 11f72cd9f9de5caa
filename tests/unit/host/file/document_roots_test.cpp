// Folders that one process opens for another.
#include "file/document_roots.h"

#include "file/root_folder.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace berth {
namespace {

TEST(DocumentRoots, are_found_by_every_spelling) {
    const testing::TemporaryDirectory folder;
    const std::string www = folder.path("www");
    std::filesystem::create_directory(www);
    folder.file("www/a", "hello");
    const DocumentRoots roots({www + "/", www, folder.path("none"), folder.path("www/a")});
    EXPECT_EQ(roots.descriptors().size(), 1u);
    EXPECT_GE(roots.find(www), 0);
    EXPECT_EQ(roots.find(www + "/."), roots.find(www));
    EXPECT_EQ(roots.find(folder.path()), -1);
    std::shared_ptr<RootFolder> root;
    EXPECT_EQ(RootFolder::open(roots.find(www), root), BERTH_OK);
    EXPECT_EQ(root->find("a").stat.size, 5u);
    EXPECT_EQ(root->find("").stat.type, uint32_t{BERTH_FILE_FOLDER});
}

}  // namespace
}  // namespace berth
