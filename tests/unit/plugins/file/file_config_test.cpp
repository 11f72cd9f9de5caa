#include "file_fixture.h"

#include <gmock/gmock.h>

namespace {

using berth::testing::list;
using berth::testing::map;
using ::testing::HasSubstr;

class FileConfig : public berth::testing::FileFixture {
protected:
    std::string complaint(Settings given) {
        EXPECT_EQ(use(BERTH_HTTP_HANDLER_KIND, "file", settings(given)), BERTH_E_INVAL);
        return host.failures.empty() ? "" : host.failures.back();
    }
};

TEST_F(FileConfig, says_what_is_wrong) {
    EXPECT_THAT(complaint({{"try", list({"/{name}"})}}), HasSubstr("only {path}"));
    EXPECT_THAT(complaint({{"path_regex", list({"(:x"})}}), "not an RE2 expression: missing ): (");
    EXPECT_THAT(complaint({{"types", map({{"x", "nonsense"}})}}),
                "'nonsense' is no media type, such as text/plain");
    EXPECT_THAT(complaint({{"default_type", "nonsense"}}), HasSubstr("media type"));
    EXPECT_THAT(complaint({{"error_pages", map({{"500", "/x"}})}}),
                "no page of its own for 500: 403 and 404 have one");
    EXPECT_THAT(complaint({{"immutable", true}}), "immutable needs cache, which says for how long");
    berth_cfg many = list({"index.html"});
    many.members.resize(32, many.members.front());
    EXPECT_THAT(complaint({{"index", many}}), HasSubstr("more than 32 files of one path"));
}

TEST_F(FileConfig, says_all_that_is_wrong) {
    complaint({{"immutable", true}, {"try", list({"/{a}", "/{b}"})}});
    EXPECT_EQ(host.failures.size(), 3u);
}

TEST_F(FileConfig, types_of_its_own_come_first) {
    files.put("a.glb", "");
    files.put("a.unheard", "");
    serve_files({{"types", map({{".glb", "model/x"}})}, {"default_type", "application/x-unknown"}});
    EXPECT_EQ(field("content-type", "/a.glb"), "model/x");
    EXPECT_EQ(field("content-type", "/a.unheard"), "application/x-unknown");
}

TEST_F(FileConfig, no_time_is_asking_each_time) {
    serve_files({{"cache", 0}});
    EXPECT_EQ(field("cache-control", "/a.txt"), "no-cache");
}

}  // namespace
