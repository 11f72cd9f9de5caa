#include "file_fixture.h"

#include <gmock/gmock.h>

namespace {

using berth::testing::body_of;
using berth::testing::field_of;
using berth::testing::status_of_answer;
using ::testing::HasSubstr;
using ::testing::Not;

class FolderAnswer : public berth::testing::FileFixture {
protected:
    FolderAnswer() {
        files.put("dir/b.txt", "bb");
        files.put("dir/<i>.txt", "");
        files.put("dir/.hidden", "");
        files.put("dir/sub/deep", "");
    }

    // What comes when the folder has been read.
    std::string listing(const std::string& path, const std::string& fields = {}) {
        auto& stream = connect();
        stream.receive("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        files.answer();
        host.run();
        return stream.output;
    }
};

TEST_F(FolderAnswer, lists_nothing_as_no_text) {
    serve_files({{"list_dirs", true}});
    files.put_folder("empty");
    const std::string answer = listing("/empty/?format=text");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(body_of(answer), "");
}

TEST_F(FolderAnswer, lists_names_escaped_and_without_hidden_ones) {
    serve_files({{"list_dirs", true}});
    const std::string answer = listing("/dir/");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(field_of(answer, "content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(field_of(answer, "vary"), "Accept");
    EXPECT_THAT(answer, HasSubstr("&lt;i&gt;.txt"));
    EXPECT_THAT(answer, HasSubstr("sub/</a>"));
    EXPECT_THAT(answer, HasSubstr("href=\"../\">..</a>"));
    EXPECT_THAT(answer, Not(HasSubstr(".hidden")));
    EXPECT_THAT(answer, Not(HasSubstr("deep")));
    EXPECT_THAT(answer, Not(HasSubstr("/srv")));
}

TEST_F(FolderAnswer, an_index_file_comes_first) {
    files.put("dir/index.html", "index");
    serve_files({{"list_dirs", true}});
    EXPECT_EQ(body_of(listing("/dir/")), "index");
}

TEST_F(FolderAnswer, what_fails_is_logged_once) {
    serve_files({{"list_dirs", true}});
    const std::tuple<berth_status, int, const char*> cases[] = {
        {BERTH_E_DENIED, 403, "file: /dir/: its entries may not be read"},
        {BERTH_E_IO, 500, "file: /dir/: its entries cannot be read"}};
    for (const auto& [cause, code, line] : cases) {
        files.list_status = cause;
        host.messages.clear();
        EXPECT_EQ(status_of_answer(listing("/dir/")), code);
        ASSERT_EQ(host.messages.size(), 1u);
        EXPECT_THAT(host.messages[0], HasSubstr(line));
    }
}

TEST_F(FolderAnswer, has_the_form_that_is_wanted) {
    serve_files({{"list_dirs", true}});
    EXPECT_EQ(body_of(listing("/dir/?format=text")), "sub/\n<i>.txt\nb.txt\n");
    const std::string json = listing("/dir/", "Accept: application/json\r\n");
    EXPECT_EQ(field_of(json, "content-type"), "application/json");
    EXPECT_THAT(json,
                HasSubstr("{\"name\":\"b.txt\",\"href\":\"./b.txt\",\"kind\":\"file\",\"size\":2,"
                          "\"type\":\"text/plain\""));
}

TEST_F(FolderAnswer, the_top_of_a_route_has_no_parent) {
    serve_files({{"list_dirs", true}}, "/shared/*");
    EXPECT_THAT(listing("/shared/"), Not(HasSubstr(">..</a>")));
    EXPECT_THAT(listing("/shared/dir/"), HasSubstr(">..</a>"));
    EXPECT_THAT(listing("/shared/dir/"), HasSubstr("Index of /shared/dir/"));
}

TEST_F(FolderAnswer, is_made_once_a_second_for_all_who_ask_for_the_same) {
    serve_files({{"list_dirs", true}});
    const std::string first = listing("/dir/");
    files.put("dir/new.txt", "");
    EXPECT_EQ(body_of(listing("/dir/?sort=name")), body_of(first));
    EXPECT_EQ(files.held(), 1u);
    for (const char* other : {"/dir/?sort=size", "/dir/?direction=desc", "/dir/?format=text"}) {
        EXPECT_THAT(listing(other), HasSubstr("new.txt")) << other;
    }
    EXPECT_THAT(listing("/dir/", "Accept: text/plain\r\n"), HasSubstr("new.txt"));
    host.now_ms += 1000;
    EXPECT_THAT(listing("/dir/"), HasSubstr("new.txt"));
}

TEST_F(FolderAnswer, is_made_anew_for_another_folder) {
    serve_files({{"list_dirs", true}});
    EXPECT_THAT(listing("/dir/"), HasSubstr("b.txt"));
    EXPECT_THAT(listing("/dir/sub/"), Not(HasSubstr("b.txt")));
}

TEST_F(FolderAnswer, looks_as_the_engine_says) {
    serve_files({{"list_dirs", true}, {"list_engine", "apache"}});
    EXPECT_THAT(listing("/dir/"), HasSubstr("Parent Directory"));
}

TEST_F(FolderAnswer, nothing_is_waited_for_when_the_client_is_gone) {
    serve_files({{"list_dirs", true}});
    auto& stream = connect();
    stream.receive("GET /dir/ HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(files.waiting(), 1u);
    stream.reset();
    EXPECT_EQ(files.waiting(), 0u);
    EXPECT_EQ(files.held(), 0u);
}

TEST_F(FolderAnswer, a_client_may_go_while_the_page_is_made) {
    serve_files({{"list_dirs", true}});
    const int64_t tickets = host.tickets_open;
    host.pool_is_busy = true;
    auto& stream = connect();
    stream.receive("GET /dir/ HTTP/1.1\r\nHost: a\r\n\r\n");
    files.answer();
    host.run();
    EXPECT_EQ(stream.output, "");
    stream.reset();
    host.pool_is_busy = false;
    host.run();
    EXPECT_EQ(files.held(), 0u);
    EXPECT_EQ(host.tickets_open, tickets);
}

}  // namespace
