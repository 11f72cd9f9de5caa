#include "file_fixture.h"

namespace {

class SmallFiles : public berth::testing::FileFixture {
protected:
    // Changes the content behind the back of whoever has read it.
    void change_unseen(const char* content) { files.put("a.txt", content); }
};

TEST_F(SmallFiles, are_remembered_from_the_second_time_on) {
    serve_files();
    EXPECT_EQ(body("/a.txt"), "hello world");
    change_unseen("HELLO WORLD");
    EXPECT_EQ(body("/a.txt"), "HELLO WORLD");
    change_unseen("xxxxx xxxxx");
    EXPECT_EQ(body("/a.txt"), "HELLO WORLD");
    EXPECT_EQ(body("/a.txt", "Range: bytes=0-4\r\n"), "xxxxx");
}

TEST_F(SmallFiles, that_have_just_changed_are_not) {
    const auto now = static_cast<int64_t>(host.wall_us) * 1000;
    serve_files();
    for (int i = 0; i < 3; ++i) {
        files.put("a.txt", "hello world").mtime_ns = now - 1'000'000'000;
        EXPECT_EQ(body("/a.txt"), "hello world");
    }
    files.put("a.txt", "HELLO WORLD").mtime_ns = now - 1'000'000'000;
    EXPECT_EQ(body("/a.txt"), "HELLO WORLD");
}

TEST_F(SmallFiles, are_small) {
    const std::string large(8 * 1024 + 1, 'x');
    serve_files();
    for (int i = 0; i < 3; ++i) {
        files.put("large", large);
        EXPECT_EQ(body("/large"), large);
    }
    files.put("large", std::string(large.size(), 'y'));
    EXPECT_EQ(body("/large").front(), 'y');
}

TEST_F(SmallFiles, go_with_their_instance) {
    serve_files();
    body("/a.txt");
    body("/a.txt");
    EXPECT_EQ(files.held(), 1u);  // until the instance ends, see the fixture
}

}  // namespace
