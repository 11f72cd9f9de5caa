#include "config_reading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace berth {
namespace {

namespace fs = std::filesystem;

std::string diagnostics_of(const fs::path& file) {
    testing::FakeFactoryIndex index;
    index.add("berth.http.handler/1", "other", R"({"type": "object"})");
    index.add("berth.http.filter/1", "compress", R"({"type": "object"})");
    index.add("berth.conn.filter/1", "flood", R"({"type": "object", "properties": {"ban": {}}})");
    index.refuse("refused", "it is built for version 2 of the plugin interface");
    const Outside outside =
        testing::outside_of({{"BERTH_TEST_TEXT", "many"}}, {{"/secret", "xyzzy\n"}});
    Diagnostics diagnostics;
    const Config config = load_config(file.filename().string(), outside, diagnostics);
    check_config(config, outside, index, diagnostics);
    return render_text(diagnostics, false);
}

// Every file of the folder is wrong in one way, and the file .expected beside it holds what Berth
// says. BERTH_UPDATE_EXPECTED=1 writes those anew.
TEST(BrokenFiles, are_explained) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(BERTH_BROKEN_FILES)) {
        if (entry.path().extension() == ".yaml") {
            files.push_back(entry.path());
        }
    }
    ASSERT_GE(files.size(), 120u);
    std::sort(files.begin(), files.end());
    fs::current_path(BERTH_BROKEN_FILES);
    for (const fs::path& file : files) {
        const fs::path expected = fs::path(file).replace_extension(".expected");
        const std::string found = diagnostics_of(file);
        EXPECT_FALSE(found.empty()) << file;
        if (std::getenv("BERTH_UPDATE_EXPECTED") != nullptr) {
            std::ofstream(expected, std::ios::binary) << found;
        }
        EXPECT_EQ(found, testing::file_text(expected)) << file;
    }
}

}  // namespace
}  // namespace berth
