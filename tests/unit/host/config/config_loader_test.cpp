#include "config/config_loader.h"

#include "config_reading.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace berth {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryDirectory;

struct Loaded {
    Diagnostics diagnostics;
    Config config;

    explicit Loaded(const std::string& path)
        : config(load_config(path, testing::outside_of({}), diagnostics)) {}

    std::string said() const { return render_text(diagnostics, false); }
    std::string site_names() const {
        std::string names;
        for (const SiteConfig& site : config.sites) {
            names += (names.empty() ? "" : " ") + site.name;
        }
        return names;
    }
};

std::string site(const std::string& name, int port) {
    return "site: " + name + "\nlisten: http://127.0.0.1:" + std::to_string(port) + "\n";
}

TEST(ConfigLoader, reads_a_site_file) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file("a.yaml", site("a", 1)));
    EXPECT_EQ(loaded.said(), "");
    EXPECT_EQ(loaded.site_names(), "a");
    EXPECT_EQ(loaded.config.machine.backlog, 4096);
}

TEST(ConfigLoader, reads_one_site_per_document) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file("a.yaml", site("a", 1) + "---\n" + site("b", 2) + "---\n"));
    EXPECT_EQ(loaded.said(), "");
    EXPECT_EQ(loaded.site_names(), "a b");
    EXPECT_EQ(loaded.config.sources.size(), 1u);
}

TEST(ConfigLoader, a_folder_of_sites_is_read_in_order_of_the_names) {
    const TemporaryDirectory folder;
    folder.file("b.yaml", site("b", 2));
    folder.file("a.yaml", site("a", 1));
    folder.file(".hidden.yaml", "nonsense");
    folder.file("notes.txt", "nonsense");
    const Loaded loaded(folder.path());
    EXPECT_EQ(loaded.said(), "");
    EXPECT_EQ(loaded.site_names(), "a b");
}

TEST(ConfigLoader, what_looks_like_a_site_file_but_is_not_loaded_is_warned_about) {
    const TemporaryDirectory folder;
    folder.file("a.yaml", site("a", 1));
    for (const char* name : {"b.yml", "a.yaml~", "a.yaml.bak", "a.yaml.dpkg-old"}) {
        folder.file(name, "nonsense");
    }
    const Loaded loaded(folder.path());
    EXPECT_FALSE(loaded.diagnostics.has_errors());
    EXPECT_EQ(loaded.diagnostics.warning_count(), 4u) << loaded.said();
}

TEST(ConfigLoader, a_berth_yaml_names_its_sites) {
    const TemporaryDirectory folder;
    fs::create_directories(folder.path("sites.d"));
    folder.file("sites.d/b.yaml", site("b", 2));
    folder.file("sites.d/a.yaml", site("a", 1));
    const std::string machine = folder.file("berth.yaml", "workers: 2\n");
    for (const std::string& path : {machine, folder.path()}) {
        const Loaded loaded(path);
        EXPECT_EQ(loaded.said(), "");
        EXPECT_EQ(loaded.site_names(), "a b");
        EXPECT_EQ(loaded.config.machine.worker_count, 2u);
        EXPECT_EQ(loaded.config.sources.size(), 3u);
    }
}

TEST(ConfigLoader, sites_may_be_patterns_and_absolute_paths) {
    const TemporaryDirectory folder;
    fs::create_directories(folder.path("one"));
    fs::create_directories(folder.path("two"));
    folder.file("one/a.yaml", site("a", 1));
    folder.file("two/b.yaml", site("b", 2));
    folder.file("c.yaml", site("c", 3));
    const Loaded loaded(folder.file(
        "berth.yaml", "sites: [\"*/[a-b].yaml\", " + folder.path("c.yaml") + ", none/*.yaml]\n"));
    EXPECT_EQ(loaded.said(), "");
    EXPECT_EQ(loaded.site_names(), "a b c");
}

TEST(ConfigLoader, a_file_that_two_patterns_name_is_read_once) {
    const TemporaryDirectory folder;
    folder.file("a.yaml", site("a", 1));
    const Loaded loaded(folder.file("berth.yaml", "sites: [a.yaml, \"[a].yaml\"]\n"));
    EXPECT_EQ(loaded.said(), "");
    EXPECT_EQ(loaded.site_names(), "a");
}

TEST(ConfigLoader, a_site_file_that_is_named_but_not_there_is_an_error) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file("berth.yaml", "sites: [shop.yaml]\n"));
    EXPECT_TRUE(loaded.diagnostics.has_errors()) << loaded.said();
    EXPECT_NE(loaded.said().find("shop.yaml"), std::string::npos);
    EXPECT_NE(loaded.said().find("berth.yaml:1:8"), std::string::npos) << loaded.said();
}

TEST(ConfigLoader, a_machine_without_sites_is_only_warned_about) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file("berth.yaml", "version: 1\n"));
    EXPECT_FALSE(loaded.diagnostics.has_errors());
    EXPECT_NE(loaded.said().find("there are no sites yet"), std::string::npos);
}

TEST(ConfigLoader, a_berth_yaml_may_hold_a_site) {
    const TemporaryDirectory folder;
    EXPECT_EQ(Loaded(folder.file("berth.yaml", site("a", 1))).site_names(), "a");
}

TEST(ConfigLoader, a_site_file_is_no_machine) {
    const TemporaryDirectory folder;
    fs::create_directories(folder.path("sites.d"));
    folder.file("sites.d/a.yaml", "workers: 2\n");
    const Loaded loaded(folder.file("berth.yaml", "version: 1\n"));
    EXPECT_TRUE(loaded.diagnostics.has_errors());
    EXPECT_NE(loaded.said().find("needs the setting 'site'"), std::string::npos) << loaded.said();
}

TEST(ConfigLoader, what_cannot_be_read_is_said_with_its_reason) {
    const TemporaryDirectory folder;
    EXPECT_NE(Loaded(folder.path("gone.yaml")).said().find("No such file"), std::string::npos);
    EXPECT_NE(Loaded(folder.path()).said().find("no *.yaml in"), std::string::npos);
    fs::create_directory(folder.path("a.yaml"));
    EXPECT_NE(Loaded(folder.path()).said().find("it is not a file"), std::string::npos);
}

TEST(ConfigLoader, a_file_above_4_mib_is_refused_by_name) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file("a.yaml", std::string(4 * 1024 * 1024 + 1, '#')));
    EXPECT_NE(loaded.said().find("a.yaml: error[C118]"), std::string::npos) << loaded.said();
}

TEST(ConfigLoader, a_file_without_a_site_is_an_error) {
    const TemporaryDirectory folder;
    EXPECT_TRUE(Loaded(folder.file("a.yaml", "")).diagnostics.has_errors());
    EXPECT_TRUE(Loaded(folder.file("b.yaml", "# only comments\n")).diagnostics.has_errors());
}

TEST(ConfigLoader, mistakes_of_all_files_are_reported_at_once) {
    const TemporaryDirectory folder;
    folder.file("a.yaml", "site: a\nhosts: [\"*\"]\n");
    folder.file("b.yaml", "site: b\nlisten: 80\n");
    const Loaded loaded(folder.path());
    EXPECT_NE(loaded.said().find("a.yaml:2:9"), std::string::npos);
    EXPECT_NE(loaded.said().find("b.yaml:2:9"), std::string::npos);
    EXPECT_NE(loaded.said().find("2 errors in 2 files"), std::string::npos) << loaded.said();
}

TEST(ConfigLoader, paths_of_certificates_are_relative_to_their_file) {
    const TemporaryDirectory folder;
    const Loaded loaded(folder.file(
        "a.yaml", "site: a\nlisten: https://:1\ntls: { cert: a.pem, key: /k/a.key }\n"));
    EXPECT_EQ(loaded.said(), "");
    const TlsCertificate& pair = loaded.config.sites.front().tls->certificates.front();
    EXPECT_EQ(pair.cert_file, folder.path("a.pem"));
    EXPECT_EQ(pair.key_file, "/k/a.key");
}

}  // namespace
}  // namespace berth
