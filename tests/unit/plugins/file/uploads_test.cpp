// PUT and DELETE, for users whom a filter has named.
#include "file_fixture.h"

#include <gmock/gmock.h>

namespace {

using berth::testing::body_of;
using berth::testing::FakeStream;
using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;
using ::testing::HasSubstr;

// A filter that names the user whom the test says.
class Login {
public:
    Login() {
        ops_.h = BERTH_HDR(berth_http_filter_ops);
        ops_.phase = BERTH_PHASE_AUTH;
        ops_.on_request = [](void* inst, berth_http_req* req) {
            const auto& self = *static_cast<Login*>(inst);
            return self.name.empty() ? berth_status{BERTH_OK}
                                     : self.http->set_login(req, berth::sdk::sv(self.name));
        };
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_FILTER_KIND;
        factory_.name = "login";
        factory_.ops = &ops_;
    }
    const berth_factory& factory() const { return factory_; }

    std::string_view name = "ada";
    const berth_http_ext* http = nullptr;

private:
    berth_http_filter_ops ops_{};
    berth_factory factory_{};
};

class Uploads : public berth::testing::FileFixture {
protected:
    void SetUp() override {
        login.http = http;
        host.make_usable(login.factory(), &login);
    }
    void serve_uploads(Settings given = {{"upload", true}}, const char* route = "/*") {
        ASSERT_EQ(use(BERTH_HTTP_HANDLER_KIND, "file", settings(given)), BERTH_OK);
        serve_routes(list({map({{"path", route},
                                {"filters", list({map({{"login", map({})}})})},
                                {"file", map({})}})}));
    }
    std::string ask(const std::string& line,
                    const std::string& fields,
                    std::string_view body = {}) {
        stream = &connect();
        stream->receive(line + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + std::string(body));
        while (files.waiting() != 0) {
            files.answer();
            host.run();
        }
        return stream->output;
    }
    std::string put(const std::string& path,
                    std::string_view body,
                    const std::string& fields = {}) {
        return ask("PUT " + path,
                   fields + "Content-Length: " + std::to_string(body.size()) + "\r\n",
                   body);
    }
    int put_status(const std::string& path, const std::string& fields = {}) {
        return status_of_answer(put(path, "new", fields));
    }
    int delete_status(const std::string& path, const std::string& fields = {}) {
        return status_of_answer(ask("DELETE " + path, fields));
    }

    Login login;
    FakeStream* stream = nullptr;
};

TEST_F(Uploads, a_file_is_made) {
    serve_uploads();
    const std::string answer = put("/new%20file", "content");
    EXPECT_EQ(status_of_answer(answer), 201);
    EXPECT_EQ(field_of(answer, "location"), "/new%20file");
    EXPECT_EQ(files.content("new file"), "content");
    EXPECT_FALSE(files.expected);
}

TEST_F(Uploads, a_file_is_replaced) {
    serve_uploads();
    EXPECT_EQ(put_status("/a.txt"), 204);
    EXPECT_EQ(files.content("a.txt"), "new");
    EXPECT_EQ(status_of_answer(put("/a.txt", "")), 204);
    EXPECT_EQ(files.content("a.txt"), "");
}

TEST_F(Uploads, below_the_route_the_target_is_named_as_it_was) {
    serve_uploads({{"upload", true}}, "/in/*");
    const std::string answer = put("/in/b", "content");
    EXPECT_EQ(field_of(answer, "location"), "/in/b");
    EXPECT_EQ(files.content("b"), "content");
}

TEST_F(Uploads, chunks_are_one_file) {
    serve_uploads();
    const std::string answer =
        ask("PUT /b", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    EXPECT_EQ(status_of_answer(answer), 201);
    EXPECT_EQ(files.content("b"), "abcdefg");
}

TEST_F(Uploads, the_body_waits_for_the_disk) {
    serve_uploads();
    files.upload_room = 3;
    stream = &connect();
    stream->receive("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    EXPECT_TRUE(stream->paused);
    EXPECT_EQ(files.uploads(), 1u);
    files.answer();  // it is open, takes the first part, and has room again
    host.run();
    EXPECT_TRUE(stream->paused);
    files.answer();
    host.run();
    EXPECT_FALSE(stream->paused);
    stream->receive("def");
    EXPECT_TRUE(stream->paused);
    files.answer();
    host.run();
    stream->receive("ghi");
    files.answer();
    host.run();
    EXPECT_EQ(status_of_answer(stream->output), 201);
    EXPECT_EQ(files.content("b"), "abcdefghi");
}

TEST_F(Uploads, the_client_is_told_to_continue_once_there_is_a_file) {
    serve_uploads();
    const std::string answer = ask("PUT /b", "Content-Length: 3\r\nExpect: 100-continue\r\n");
    EXPECT_THAT(answer, HasSubstr("100 Continue"));
    EXPECT_EQ(files.uploads(), 1u);
    stream->receive("abc");
    files.answer();
    host.run();
    EXPECT_EQ(files.content("b"), "abc");
}

TEST_F(Uploads, a_client_that_waits_and_is_refused_is_not_told_to_continue) {
    serve_uploads();
    const std::string expects = "Content-Length: 3\r\nExpect: 100-continue\r\n";
    EXPECT_EQ(status_of_answer(ask("PUT /a.txt", expects + "If-None-Match: *\r\n")), 412);
    EXPECT_EQ(status_of_answer(ask("PUT /.b", expects)), 403);
    login.name = {};
    EXPECT_EQ(status_of_answer(ask("PUT /b", expects)), 403);
    EXPECT_EQ(files.uploads(), 0u);
}

TEST_F(Uploads, are_for_users_who_have_shown_who_they_are) {
    serve_uploads();
    login.name = {};
    EXPECT_EQ(put_status("/b"), 403);
    EXPECT_EQ(delete_status("/a.txt"), 403);
    EXPECT_EQ(files.opens, 0u);
    EXPECT_THAT(host.messages.back(), HasSubstr("/a.txt: changed by nobody"));
    EXPECT_EQ(status("/a.txt"), 200);
}

TEST_F(Uploads, what_users_are_sent_is_kept_by_their_browsers_alone) {
    serve_uploads({{"cache", 60'000}, {"immutable", true}});
    EXPECT_EQ(field_of(ask("GET /a.txt", ""), "cache-control"), "private, max-age=60, immutable");
    login.name = "";
    EXPECT_EQ(field_of(ask("GET /a.txt", ""), "cache-control"), "public, max-age=60, immutable");
}

TEST_F(Uploads, are_off_unless_asked_for) {
    serve_uploads({});
    EXPECT_EQ(put_status("/b"), 405);
    EXPECT_EQ(delete_status("/a.txt"), 405);
}

TEST_F(Uploads, other_methods_are_told_of_them) {
    serve_uploads();
    const std::string answer = ask("POST /a.txt", "Content-Length: 0\r\n");
    EXPECT_EQ(status_of_answer(answer), 405);
    EXPECT_EQ(field_of(answer, "allow"), "GET, HEAD, PUT, DELETE");
}

TEST_F(Uploads, hidden_names_and_the_root_are_not_written) {
    serve_uploads();
    files.put_folder("sub");
    EXPECT_EQ(put_status("/.b"), 403);
    EXPECT_EQ(put_status("/sub/.x/b"), 403);
    EXPECT_EQ(delete_status("/.b"), 403);
    EXPECT_EQ(put_status("/"), 403);
    EXPECT_EQ(delete_status("/"), 403);
    EXPECT_EQ(put_status("/sub/"), 409);
    EXPECT_EQ(put_status("/none/"), 409);
    EXPECT_EQ(put_status("/sub"), 409);
    EXPECT_EQ(put_status("/.well-known/b"), 201);
}

TEST_F(Uploads, hidden_names_are_written_where_they_are_served) {
    serve_uploads({{"upload", true}, {"hidden", true}});
    EXPECT_EQ(put_status("/.b"), 201);
}

// RFC 9110 14.5, 15.5.16.
TEST_F(Uploads, parts_and_encodings_are_refused) {
    serve_uploads();
    EXPECT_EQ(put_status("/a.txt", "Content-Range: bytes 0-2/11\r\n"), 400);
    EXPECT_EQ(put_status("/a.txt", "Content-Encoding: gzip\r\n"), 415);
    EXPECT_EQ(files.content("a.txt"), "hello world");
}

TEST_F(Uploads, conditions_are_judged_and_hold_until_the_end) {
    serve_uploads();
    const std::string tag = field("etag", "/a.txt");
    EXPECT_EQ(put_status("/a.txt", "If-None-Match: *\r\n"), 412);
    EXPECT_EQ(put_status("/a.txt", "If-Match: \"x\"\r\n"), 412);
    EXPECT_EQ(put_status("/none", "If-Match: *\r\n"), 412);
    EXPECT_EQ(put_status("/a.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), 412);
    EXPECT_EQ(delete_status("/a.txt", "If-Match: \"x\"\r\n"), 412);
    EXPECT_EQ(files.content("a.txt"), "hello world");
    EXPECT_EQ(files.content("none"), "(none)");
    EXPECT_EQ(put_status("/b", "If-None-Match: *\r\n"), 201);
    EXPECT_EQ(files.expected->type, 0u);
    EXPECT_EQ(put_status("/a.txt", "If-Match: " + tag + "\r\n"), 204);
    EXPECT_EQ(files.expected->size, 11u);
    const std::string newer = field("etag", "/a.txt");
    EXPECT_EQ(delete_status("/a.txt", "If-Match: " + newer + "\r\n"), 204);
    EXPECT_EQ(files.expected->size, 3u);
}

TEST_F(Uploads, what_fails_is_told) {
    serve_uploads();
    for (const auto& [cause, answered] : {std::pair<berth_status, int>{BERTH_DECLINED, 409},
                                          {BERTH_E_LIMIT, 507},
                                          {BERTH_E_GONE, 412},
                                          {BERTH_E_DENIED, 403},
                                          {BERTH_E_NOMEM, 503},
                                          {BERTH_E_IO, 500}}) {
        files.upload_status = cause;
        EXPECT_EQ(put_status("/b"), answered) << cause;
        EXPECT_EQ(files.uploads(), 0u);
    }
    EXPECT_EQ(files.content("b"), "(none)");
    files.refuse("b", BERTH_E_LIMIT);
    EXPECT_EQ(put_status("/b"), 503);
    files.refuse("b", BERTH_E_INVAL);
    EXPECT_EQ(put_status("/b"), 414);
}

TEST_F(Uploads, a_full_disk_half_way_is_told_and_the_connection_goes_on) {
    serve_uploads();
    ask("PUT /b", "Content-Length: 6\r\n", "abc");
    files.upload_room = 0;
    files.upload_status = BERTH_E_LIMIT;
    stream->receive("de");
    files.answer();
    host.run();
    EXPECT_EQ(status_of_answer(stream->output), 507);
    EXPECT_EQ(files.uploads(), 0u);
    stream->output.clear();
    stream->receive("fGET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of_answer(stream->output), 200);
}

TEST_F(Uploads, a_client_that_goes_away_leaves_nothing) {
    serve_uploads();
    ask("PUT /b", "Content-Length: 9\r\n", "abc");
    EXPECT_EQ(files.uploads(), 1u);
    stream->reset();
    EXPECT_EQ(files.uploads(), 0u);
    EXPECT_EQ(files.content("b"), "(none)");
    files.answers_later = true;
    stream = &connect();
    stream->receive("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    EXPECT_EQ(files.waiting(), 1u);
    stream->reset();
    EXPECT_EQ(files.waiting(), 0u);
}

TEST_F(Uploads, files_and_empty_folders_are_removed) {
    files.put_folder("sub");
    serve_uploads();
    EXPECT_EQ(delete_status("/a.txt"), 204);
    EXPECT_EQ(files.content("a.txt"), "(none)");
    EXPECT_EQ(delete_status("/a.txt"), 404);
    EXPECT_EQ(delete_status("/sub/"), 204);
    files.put("full/x", "");
    files.remove_status = BERTH_E_STATE;
    EXPECT_EQ(delete_status("/full"), 409);
}

TEST_F(Uploads, a_file_is_not_removed_as_a_folder) {
    serve_uploads();
    EXPECT_EQ(delete_status("/a.txt/"), 404);
    EXPECT_EQ(files.content("a.txt"), "hello world");
}

// curl -X PUT without a file.
TEST_F(Uploads, nothing_is_emptied_by_a_request_that_says_nothing_of_a_body) {
    serve_uploads();
    EXPECT_EQ(status_of_answer(ask("PUT /a.txt", "")), 411);
    EXPECT_EQ(files.content("a.txt"), "hello world");
    EXPECT_EQ(status_of_answer(put("/a.txt", "")), 204);
    EXPECT_EQ(files.content("a.txt"), "");
}

TEST_F(Uploads, a_body_of_another_request_is_for_nobody) {
    serve_uploads();
    EXPECT_EQ(status_of_answer(ask("GET /a.txt", "Content-Length: 3\r\n", "abc")), 200);
    EXPECT_EQ(status_of_answer(ask("DELETE /a.txt", "Content-Length: 3\r\n", "abc")), 204);
}

}  // namespace
