// The file plugin before a tree that the test writes down, behind the real http plugin.
#pragma once

#include "support/fake_files.h"
#include "support/plugin_fixture.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace berth::testing {

// In front of the other base, because the plugins' instances hold files until they end.
struct WithFiles {
    ~WithFiles() {
        EXPECT_EQ(files.held(), 0u);
        EXPECT_EQ(files.uploads(), 0u);
    }
    FakeFiles files;
};

class FileFixture : protected WithFiles, public PluginFixture {
protected:
    using Settings = std::initializer_list<berth_cfg::Member>;

    FileFixture() : PluginFixture({{BERTH_FILE_EXT, &FakeFiles::kTable}}) {
        files.put("a.txt", "hello world");
    }

    // The settings that a schema would have filled in, and those given.
    static berth_cfg settings(Settings given = {}) {
        berth_cfg all = map({});
        const berth_cfg::Member defaults[] = {{"root", "/srv"},
                                              {"index", list({"index.html"})},
                                              {"try", list({"{path}"})},
                                              {"charset", "utf-8"},
                                              {"default_type", "application/octet-stream"},
                                              {"list_engine", "base"}};
        all.members = given;
        for (const auto& member : defaults) {
            const bool is_given = std::any_of(given.begin(), given.end(), [&](const auto& other) {
                return other.first == member.first;
            });
            if (!is_given) {
                all.members.push_back(member);
            }
        }
        return all;
    }

    void serve_files(Settings given = {}, const char* route = "/*") {
        ASSERT_EQ(use(BERTH_HTTP_HANDLER_KIND, "file", settings(given)), BERTH_OK)
            << (host.failures.empty() ? "" : host.failures.back());
        serve_routes(list({map({{"path", route}, {"file", map({})}})}));
    }

    int status(std::string_view path, std::string_view fields = {}) {
        return status_of_answer(get(path, fields));
    }
    std::string body(std::string_view path, std::string_view fields = {}) {
        return std::string(body_of(get(path, fields)));
    }
    std::string field(std::string_view name, std::string_view path, std::string_view fields = {}) {
        return field_of(get(path, fields), name);
    }
    std::string head(std::string_view path) {
        return exchange("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
};

}  // namespace berth::testing
