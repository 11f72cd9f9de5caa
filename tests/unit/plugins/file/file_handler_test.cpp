#include "file_fixture.h"

#include <gmock/gmock.h>

namespace {

using berth::testing::body_of;
using berth::testing::field_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::status_of_answer;
using ::testing::HasSubstr;
using ::testing::Not;

class FileHandler : public berth::testing::FileFixture {};

constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST_F(FileHandler, sends_a_file_with_its_validators) {
    serve_files();
    const std::string answer = get("/a.txt");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(body_of(answer), "hello world");
    EXPECT_EQ(field_of(answer, "content-length"), "11");
    EXPECT_EQ(field_of(answer, "content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(field_of(answer, "last-modified"), kDate);
    EXPECT_EQ(field_of(answer, "accept-ranges"), "bytes");
    EXPECT_EQ(field_of(answer, "etag").front(), '"');
    EXPECT_EQ(field_of(answer, "cache-control"), "(none)");
    EXPECT_EQ(field_of(answer, "vary"), "(none)");
}

TEST_F(FileHandler, head_is_get_without_the_body) {
    serve_files();
    const std::string whole = get("/a.txt"), answer = head("/a.txt");
    EXPECT_EQ(answer, whole.substr(0, whole.size() - 11));
}

TEST_F(FileHandler, an_empty_file_is_a_file) {
    files.put("empty", "");
    serve_files();
    EXPECT_EQ(field("content-length", "/empty"), "0");
    for (const char* range : {"0-", "0-99", "-5"}) {  // from players, for whatever they play
        EXPECT_EQ(status("/empty", "Range: bytes=" + std::string(range) + "\r\n"), 200) << range;
    }
    EXPECT_EQ(status("/empty", "Range: bytes=1-\r\n"), 416);
}

TEST_F(FileHandler, other_methods_are_told_which_there_are) {
    serve_files();
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
        const std::string answer = exchange(
            std::string(method) + " /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        EXPECT_EQ(status_of_answer(answer), 405) << method;
        EXPECT_EQ(field_of(answer, "allow"), "GET, HEAD");
        EXPECT_EQ(field_of(answer, "content-type"), "text/html; charset=utf-8");
    }
    EXPECT_EQ(files.opens, 0u);
}

TEST_F(FileHandler, conditions_are_judged) {
    serve_files();
    const std::string tag = field("etag", "/a.txt");
    EXPECT_EQ(status("/a.txt", "If-None-Match: " + tag + "\r\n"), 304);
    EXPECT_EQ(status("/a.txt", "If-None-Match: W/" + tag + "\r\n"), 304);
    EXPECT_EQ(status("/a.txt", "If-None-Match: \"x\"\r\nIf-None-Match: " + tag + "\r\n"), 304);
    EXPECT_EQ(status("/a.txt", "If-None-Match: \"x\"\r\n"), 200);
    EXPECT_EQ(status("/a.txt", "If-Modified-Since: " + std::string(kDate) + "\r\n"), 304);
    EXPECT_EQ(status("/a.txt", "If-Match: \"x\"\r\n"), 412);
    EXPECT_EQ(status("/a.txt", "If-Match: \"x\", " + tag + "\r\n"), 200);
    EXPECT_EQ(status("/a.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), 412);
}

TEST_F(FileHandler, not_modified_has_what_a_cache_updates) {
    serve_files({{"cache", 60'000}, {"cors", true}});
    const std::string answer = get("/a.txt", "If-None-Match: *\r\n");
    EXPECT_EQ(status_of_answer(answer), 304);
    EXPECT_EQ(body_of(answer), "");
    EXPECT_EQ(field_of(answer, "etag").front(), '"');
    EXPECT_EQ(field_of(answer, "cache-control"), "public, max-age=60");
    EXPECT_EQ(field_of(answer, "access-control-allow-origin"), "*");
    EXPECT_EQ(field_of(answer, "content-type"), "(none)");
    EXPECT_EQ(field_of(answer, "content-length"), "(none)");
}

TEST_F(FileHandler, a_time_to_come_is_now) {
    files.put("a.txt", "new").mtime_ns = static_cast<int64_t>(host.wall_us) * 1000 + 5'000'000'000;
    serve_files();
    EXPECT_EQ(field("last-modified", "/a.txt"), "Sun, 22 Nov 2026 08:58:07 GMT");
}

TEST_F(FileHandler, sends_one_range) {
    serve_files();
    const std::string answer = get("/a.txt", "Range: bytes=6-\r\n");
    EXPECT_EQ(status_of_answer(answer), 206);
    EXPECT_EQ(body_of(answer), "world");
    EXPECT_EQ(field_of(answer, "content-range"), "bytes 6-10/11");
    EXPECT_EQ(field_of(answer, "content-length"), "5");
    EXPECT_EQ(field_of(answer, "content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(body("/a.txt", "Range: bytes=-4\r\n"), "orld");
    EXPECT_EQ(body("/a.txt", "Range: bytes=0-999\r\n"), "hello world");
}

TEST_F(FileHandler, ranges_are_for_get) {
    serve_files();
    const std::string answer =
        exchange("HEAD /a.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-0\r\n\r\n");
    EXPECT_EQ(status_of_answer(answer), 200);
    EXPECT_EQ(field_of(answer, "content-length"), "11");
}

TEST_F(FileHandler, ranges_beyond_the_end_are_told_where_it_is) {
    serve_files();
    const std::string answer = get("/a.txt", "Range: bytes=900-\r\n");
    EXPECT_EQ(status_of_answer(answer), 416);
    EXPECT_EQ(field_of(answer, "content-range"), "bytes */11");
    EXPECT_THAT(std::string(body_of(answer)), HasSubstr("Range Not Satisfiable"));
}

TEST_F(FileHandler, ranges_are_of_the_file_that_the_client_has) {
    serve_files();
    const std::string tag = field("etag", "/a.txt");
    const auto answered = [&](const std::string& validator) {
        return status("/a.txt", "Range: bytes=0-0\r\nIf-Range: " + validator + "\r\n");
    };
    EXPECT_EQ(answered(tag), 206);
    EXPECT_EQ(answered("\"x\""), 200);
    EXPECT_EQ(answered("W/" + tag), 200);
    EXPECT_EQ(answered(kDate), 206);
    EXPECT_EQ(answered("Sun, 06 Nov 1994 08:49:38 GMT"), 200);
}

TEST_F(FileHandler, sends_several_ranges_in_parts) {
    serve_files();
    const std::string answer = get("/a.txt", "Range: bytes=0-1, -2\r\n");
    EXPECT_EQ(status_of_answer(answer), 206);
    const std::string type = field_of(answer, "content-type");
    ASSERT_THAT(type, ::testing::StartsWith("multipart/byteranges; boundary="));
    const std::string boundary = type.substr(type.find('=') + 1);
    EXPECT_EQ(
        body_of(answer),
        "--" + boundary +
            "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/11\r\n\r\nhe"
            "\r\n--" +
            boundary +
            "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 9-10/11\r\n\r\nld"
            "\r\n--" +
            boundary + "--\r\n");
    EXPECT_EQ(field_of(answer, "content-length"), std::to_string(body_of(answer).size()));
    EXPECT_EQ(field_of(answer, "content-range"), "(none)");
}

TEST_F(FileHandler, what_is_not_there_is_logged_once_by_its_path) {
    files.refuse("secret", BERTH_E_DENIED);
    files.refuse("broken", BERTH_E_IO);
    files.refuse("long", BERTH_E_INVAL);
    files.refuse("busy", BERTH_E_LIMIT);
    serve_files();
    const std::tuple<const char*, int, const char*> cases[] = {
        {"/none%0a", 404, "file: /none%0A: no such file"},
        {"/secret", 403, "file: /secret: not permitted"},
        {"/broken", 500, "file: /broken: cannot be read"},
        {"/long", 414, "file: /long: the path is too long"},
        {"/busy", 503, "file: /busy: too many open files"}};
    for (const auto& [path, code, line] : cases) {
        host.messages.clear();
        const std::string answer = get(path);
        EXPECT_EQ(status_of_answer(answer), code) << path;
        EXPECT_THAT(answer, Not(HasSubstr("/srv")));
        ASSERT_EQ(host.messages.size(), 1u) << path;
        EXPECT_THAT(host.messages[0], HasSubstr(line));
    }
}

TEST_F(FileHandler, hides_names_with_a_dot) {
    files.put(".env", "secret");
    files.put(".well-known/acme-challenge/token", "proof");
    serve_files();
    EXPECT_EQ(status("/.env"), 404);
    EXPECT_EQ(files.opens, 0u);
    EXPECT_EQ(body("/.well-known/acme-challenge/token"), "proof");
}

TEST_F(FileHandler, shows_names_with_a_dot_when_asked) {
    files.put(".env", "not so secret");
    serve_files({{"hidden", true}});
    EXPECT_EQ(body("/.env"), "not so secret");
}

TEST_F(FileHandler, a_folder_gets_its_slash_and_keeps_its_query) {
    files.put("dir/index.html", "index");
    serve_files();
    const std::string answer = get("/dir?a=b&c");
    EXPECT_EQ(status_of_answer(answer), 301);
    EXPECT_EQ(field_of(answer, "location"), "/dir/?a=b&c");
    EXPECT_EQ(body("/dir/"), "index");
    EXPECT_EQ(field("content-type", "/dir/"), "text/html; charset=utf-8");
    EXPECT_EQ(status("/a.txt/"), 404);
}

TEST_F(FileHandler, a_folder_without_index_is_not_found) {
    files.put("dir/x", "x");
    serve_files({{"index", list({"a.htm", "b.htm"})}});
    EXPECT_EQ(status("/dir/"), 404);
    files.put("dir/b.htm", "second");
    EXPECT_EQ(body("/dir/"), "second");
    files.put("dir/a.htm", "first");
    EXPECT_EQ(body("/dir/"), "first");
}

TEST_F(FileHandler, tries_what_a_path_may_mean) {
    files.put("page.html", "page");
    files.put("app.html", "application");
    files.put("dir/index.html", "index");
    serve_files({{"try", list({"{path}", "{path}.html", "{path}/", "/app.html"})}});
    EXPECT_EQ(body("/a.txt"), "hello world");
    EXPECT_EQ(body("/page"), "page");
    EXPECT_EQ(body("/anything/else"), "application");
    EXPECT_EQ(body("/dir/"), "index");
    EXPECT_EQ(files.opens, 4u);
}

TEST_F(FileHandler, expressions_replace_paths) {
    files.put("app/index.html", "application");
    serve_files({{"path_regex", list({"^/app/[^.]*$:/app/index.html", "b$:a.txt"})}});
    EXPECT_EQ(body("/app/some/view"), "application");
    EXPECT_EQ(body("/b"), "hello world");
    EXPECT_EQ(status("/app/x.js"), 404);
}

TEST_F(FileHandler, serves_what_is_behind_its_route) {
    serve_files({}, "/assets/*");
    EXPECT_EQ(body("/assets/a.txt"), "hello world");
    EXPECT_EQ(status("/assets/assets/a.txt"), 404);
    EXPECT_EQ(body("/a.txt"), "hi");  // another route's
}

TEST_F(FileHandler, sends_the_encoded_file_beside_it) {
    files.put("a.txt.br", "BR");
    files.put("a.txt.gz", "GZ");
    files.put("b.txt", "bare");
    serve_files({{"precompressed", list({"br", "gz"})}});
    const std::string answer = get("/a.txt", "Accept-Encoding: gzip, br\r\n");
    EXPECT_EQ(body_of(answer), "BR");
    EXPECT_EQ(field_of(answer, "content-encoding"), "br");
    EXPECT_EQ(field_of(answer, "content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(field_of(answer, "vary"), "Accept-Encoding");
    EXPECT_EQ(body("/a.txt", "Accept-Encoding: gzip, br;q=0.5\r\n"), "GZ");
    EXPECT_EQ(body("/a.txt", "Accept-Encoding: br;q=0\r\n"), "hello world");
    EXPECT_EQ(field("vary", "/a.txt"), "Accept-Encoding");
    EXPECT_EQ(body("/b.txt", "Accept-Encoding: gzip, br\r\n"), "bare");
    EXPECT_NE(field("etag", "/a.txt"), field_of(answer, "etag"));
}

TEST_F(FileHandler, what_is_wrong_with_encoded_files_does_not_matter) {
    files.put_folder("a.txt.br");
    files.refuse("a.txt.zst", BERTH_E_INVAL);  // a name of 252 bytes, and the end
    files.refuse("a.txt.gz", BERTH_E_DENIED);
    files.put("b.txt", "bare");
    files.put_folder("b.txt.br");
    files.put("b.txt.gz", "GZ");
    serve_files({{"precompressed", list({"br", "zst", "gz"})}});
    const std::string answer = get("/a.txt", "Accept-Encoding: br, zstd, gzip\r\n");
    EXPECT_EQ(body_of(answer), "hello world");
    EXPECT_EQ(field_of(answer, "vary"), "Accept-Encoding");
    EXPECT_EQ(field_of(answer, "content-encoding"), "(none)");
    EXPECT_EQ(body("/b.txt", "Accept-Encoding: br, zstd, gzip\r\n"), "GZ");
}

TEST_F(FileHandler, encoded_files_are_of_a_file_that_is_there_and_did_not_change_since) {
    const int64_t changed_ns = files.put("a.txt", "new text").mtime_ns;
    files.put("a.txt.br", "BR").mtime_ns = changed_ns - 3'000'000'000;
    files.put("a.txt.gz", "GZ").mtime_ns = changed_ns - 1'000'000'000;
    files.put("gone.txt.gz", "GZ");
    serve_files({{"precompressed", list({"br", "gz"})}});
    EXPECT_EQ(body("/a.txt", "Accept-Encoding: br\r\n"), "new text");
    EXPECT_EQ(body("/a.txt", "Accept-Encoding: br, gzip\r\n"), "GZ");
    EXPECT_EQ(status("/gone.txt", "Accept-Encoding: gzip\r\n"), 404);
}

TEST_F(FileHandler, encoded_files_may_come_later) {
    files.put("a.txt.gz", "GZ");
    files.answers_later = true;
    serve_files({{"precompressed", list({"br", "gz"})}});
    auto& stream = connect();
    stream.receive("GET /a.txt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    files.answer();
    host.run();
    EXPECT_EQ(body_of(stream.output), "GZ");
}

TEST_F(FileHandler, nothing_is_held_for_a_client_that_goes_before_the_encoded_file_comes) {
    files.answers_later = true;
    serve_files({{"precompressed", list({"gz"})}});
    auto& stream = connect();
    stream.receive("GET /a.txt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    files.answer_one();
    ASSERT_EQ(files.held(), 1u);
    stream.reset();
    EXPECT_EQ(files.held(), 0u);
    EXPECT_EQ(files.waiting(), 0u);
}

TEST_F(FileHandler, a_folder_in_the_place_of_a_file_is_passed_over) {
    files.put_folder("dir/index.html");
    files.put("dir/index.htm", "second");
    files.put_folder("page.html");
    files.put("app.html", "application");
    serve_files({{"index", list({"index.html", "index.htm"})},
                 {"try", list({"{path}", "{path}.html", "/app.html"})}});
    EXPECT_EQ(body("/dir/"), "second");
    EXPECT_EQ(body("/page"), "application");
}

TEST_F(FileHandler, a_path_that_is_too_long_may_mean_another_file) {
    files.refuse("state", BERTH_E_INVAL);
    files.refuse("state.html", BERTH_E_INVAL);
    files.put("app.html", "application");
    serve_files({{"try", list({"{path}", "{path}.html", "/app.html"})}});
    EXPECT_EQ(body("/state"), "application");
}

TEST_F(FileHandler, error_pages_are_files) {
    files.put("errors/404.html", "lost");
    files.refuse("secret", BERTH_E_DENIED);
    serve_files(
        {{"error_pages", map({{"404", "/errors/404.html"}, {"403", "/errors/none.html"}})}});
    const std::string answer = get("/nowhere", "If-None-Match: *\r\nRange: bytes=0-0\r\n");
    EXPECT_EQ(status_of_answer(answer), 404);
    EXPECT_EQ(body_of(answer), "lost");
    EXPECT_EQ(field_of(answer, "etag"), "(none)");
    EXPECT_EQ(status("/secret"), 403);
    ASSERT_EQ(host.messages.size(), 3u);
    EXPECT_THAT(host.messages.back(),
                HasSubstr("file: the page for 403 cannot be shown: /errors/none.html"));
}

TEST_F(FileHandler, caching_is_said_as_it_is_set) {
    serve_files({{"cache", 3'600'000}, {"immutable", true}});
    const std::string answer = get("/a.txt");
    EXPECT_EQ(field_of(answer, "cache-control"), "public, max-age=3600, immutable");
    EXPECT_EQ(field_of(answer, "expires"), "Sun, 22 Nov 2026 09:58:07 GMT");
}

TEST_F(FileHandler, answers_when_the_file_is_there) {
    files.answers_later = true;
    serve_files();
    auto& stream = connect();
    stream.receive("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(stream.output, "");
    EXPECT_EQ(files.waiting(), 1u);
    files.answer();
    host.run();
    EXPECT_EQ(body_of(stream.output), "hello world");
}

TEST_F(FileHandler, a_late_refusal_is_an_answer) {
    files.answers_later = true;
    serve_files();
    auto& stream = connect();
    stream.receive("GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
    files.answer();
    host.run();
    EXPECT_EQ(status_of_answer(stream.output), 404);
}

TEST_F(FileHandler, nothing_is_waited_for_when_the_client_is_gone) {
    files.answers_later = true;
    serve_files();
    auto& stream = connect();
    stream.receive("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(files.waiting(), 1u);
    stream.reset();
    EXPECT_EQ(files.waiting(), 0u);
}

TEST_F(FileHandler, the_root_is_absolute_and_must_be_there) {
    serve_files({{"root", "here"}});
    EXPECT_EQ(files.root_path.front(), '/');
    EXPECT_THAT(files.root_path, ::testing::EndsWith("/here"));
    const std::pair<berth_status, const char*> cases[] = {{BERTH_DECLINED, "no such folder"},
                                                          {BERTH_E_DENIED, "may not be read"},
                                                          {BERTH_E_INVAL, "is no folder"},
                                                          {BERTH_E_IO, "cannot be opened"}};
    for (const auto& [status, complaint] : cases) {
        files.root_status = status;
        EXPECT_EQ(use(BERTH_HTTP_HANDLER_KIND, "file", settings()), BERTH_E_INVAL);
        EXPECT_THAT(host.failures.back(), HasSubstr(complaint));
    }
}

}  // namespace
