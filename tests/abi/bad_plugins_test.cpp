// The corpus of plugins that must be refused, each with the very message that its administrator
// reads.
#include "plugin/plugin_registry.h"

#include "berth/abi.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>

namespace berth {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

using Bytes = std::vector<char>;
constexpr const char* kKind = "test.kind/1";

// Where the manifest of a file begins, to make it wrong in one place.
berth_manifest* manifest_in(Bytes& bytes) {
    const std::string magic = BERTH_MANIFEST_MAGIC;
    const auto at = std::search(bytes.begin(), bytes.end(), magic.begin(), magic.end());
    return reinterpret_cast<berth_manifest*>(&*at);
}

// A registry over a folder of its own that the test fills.
class BadPlugins : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "berth-plugins-XXXXXX").string();
        folder_ = fs::canonical(::mkdtemp(name.data()));
        host_.get_extension = [](const berth_host*, const char*) -> const void* { return nullptr; };
    }
    void TearDown() override { fs::remove_all(folder_); }

    // Over what is in the folder when it is first asked.
    PluginRegistry& registry() {
        if (!registry_) {
            files_ = PluginFiles({folder_.string()}, ::geteuid());
            registry_ = std::make_unique<PluginRegistry>(PluginRegistry::Policy{
                files_, [](std::string_view id) { return id == "berth.loop/1"; }});
        }
        return *registry_;
    }

    // Puts a plugin of the corpus into the folder, changed, for a new registry to find.
    std::string add(const std::string& name, const std::function<void(Bytes&)>& change = nullptr) {
        registry_.reset();
        std::ifstream in(fs::path(BERTH_BAD_PLUGINS) / (name + ".so"), std::ios::binary);
        Bytes bytes{std::istreambuf_iterator<char>(in), {}};
        EXPECT_FALSE(bytes.empty()) << name;
        if (change) {
            change(bytes);
        }
        const std::string path = (folder_ / (name + ".so")).string();
        std::ofstream(path, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        ::chmod(path.c_str(), 0644);
        return path;
    }

    // Why the plugin is refused; "" when it is not.
    std::string refusal(const std::string& id) {
        std::string why_not;
        const FactoryInfo* factory = registry().find(kKind, id, &why_not);
        EXPECT_EQ(factory == nullptr, !why_not.empty()) << id;
        return why_not;
    }

    std::string load_error() {
        const auto loaded = registry().load_all(host_);
        return loaded ? "" : loaded.error().message;
    }

    fs::path folder_;
    berth_host host_{};
    PluginFiles files_;
    std::unique_ptr<PluginRegistry> registry_;
};

TEST_F(BadPlugins, AGoodOneIsLoaded) {
    const std::string path = add("good");
    EXPECT_EQ(refusal("good"), "");
    EXPECT_THAT(registry().warnings(), IsEmpty());
    EXPECT_EQ(load_error(), "");
    const FactoryInfo* factory = registry().find(kKind, "good", nullptr);
    EXPECT_EQ(factory->plugin, "good");
    EXPECT_NE(factory->schema, nullptr);
    EXPECT_EQ(registry().find("other.kind/1", "good", nullptr), nullptr);
    EXPECT_EQ(registry().available().front().path, path);
}

TEST_F(BadPlugins, OneThatIsNotThereIsUnknownAndNotRefused) {
    std::string why_not;
    EXPECT_EQ(registry().find(kKind, "absent", &why_not), nullptr);
    EXPECT_EQ(registry().find(kKind, "../good", &why_not), nullptr);
    EXPECT_EQ(why_not, "");
}

TEST_F(BadPlugins, AVendorsPluginIsFoundByItsId) {
    add("acme-vendored");
    EXPECT_EQ(refusal("acme/vendored"), "");
    EXPECT_THAT(registry().names(kKind), ElementsAre("acme/vendored"));
    EXPECT_THAT(registry().names("other.kind/1"), IsEmpty());
}

TEST_F(BadPlugins, TheNameOfTheFileDecidesNothing) {
    add("acme-vendored");
    fs::rename(folder_ / "acme-vendored.so", folder_ / "anything.so");
    EXPECT_EQ(refusal("acme/vendored"), "");
}

TEST_F(BadPlugins, WrongFiles) {
    const std::string good = add("good", [](Bytes& bytes) { bytes = {'t', 'e', 'x', 't', '\n'}; });
    EXPECT_EQ(refusal("good"), good + ": is not an ELF file");
    const std::string cut = add("twice", [](Bytes& bytes) { bytes.resize(bytes.size() - 10); });
    EXPECT_EQ(refusal("twice"), cut + ": is a damaged ELF file: its section table is cut short");
    const std::string empty = add("user", [](Bytes& bytes) { bytes.clear(); });
    EXPECT_EQ(refusal("user"), empty + ": is not an ELF file");
    const std::string other = add("lonely", [](Bytes& bytes) {
        bytes[18] = static_cast<char>(bytes[18] == 22 ? 62 : 22);  // e_machine
        bytes[19] = 0;
    });
    EXPECT_THAT(refusal("lonely"), StartsWith(other + ": is built for "));
    EXPECT_THAT(refusal("lonely"), EndsWith("): install the build for this machine"));
}

TEST_F(BadPlugins, WrongManifests) {
    const std::string magic =
        add("good", [](Bytes& bytes) { manifest_in(bytes)->magic[15] = '9'; });
    EXPECT_EQ(refusal("good"),
              magic + ": is not a plugin: its manifest does not begin with berth-manifest/1");
    const std::string major = add("user", [](Bytes& bytes) { manifest_in(bytes)->abi_major = 2; });
    EXPECT_EQ(
        refusal("user"),
        major +
            ": is built for ABI 2.0, this host speaks ABI 1.0: upgrade berth, or install an older "
            "release of the plugin");
    const std::string minor =
        add("twice", [](Bytes& bytes) { manifest_in(bytes)->abi_minor_required = 9; });
    EXPECT_EQ(
        refusal("twice"),
        minor +
            ": needs ABI 1.9, this host speaks ABI 1.0: upgrade berth, or install an older release "
            "of the plugin");
    const std::string worker = add("in_worker");
    EXPECT_EQ(
        refusal("in_worker"),
        worker +
            ": must be loaded in each worker (LOAD_IN_WORKER), this host loads plugins before it "
            "forks the workers: start threads in create() instead of load()");
}

TEST_F(BadPlugins, WrongDescriptions) {
    const std::string magic = add("no_magic");
    EXPECT_EQ(
        refusal("no_magic"),
        magic + ": has a bad description: it does not begin with the magic number of a plugin");
    const std::string id = add("other_id");
    EXPECT_EQ(
        refusal("other_id"),
        id +
            ": has a bad description: it says 'somebody' 1.0, the manifest 'other_id' 1.0, or they "
            "differ in flags or ABI: use the names of berth_plugin_info.h");
    const std::string text = add("not_utf8");
    EXPECT_EQ(refusal("not_utf8"), text + ": has a bad description: summary is not UTF-8");
    const std::string twice = add("twice");
    EXPECT_EQ(
        refusal("twice"),
        twice + ": has a bad description: two factories of kind 'test.kind/1' are called 'twice'");
    const std::string schema = add("no_schema");
    EXPECT_THAT(refusal("no_schema"),
                StartsWith(schema + ": has a bad description: schema of 'test.kind/1': "));
}

TEST_F(BadPlugins, WrongSymbolsAndThreads) {
    const std::string exporting = add("export");
    EXPECT_EQ(
        refusal("export"),
        exporting +
            ": exports EVP_EncryptInit() of a library that other plugins use, too: build it with "
            "berth_add_plugin(), or link with -Wl,--exclude-libs,ALL -Wl,--version-script and "
            "export only berth_module_v1");
    const std::string thread = add("thread");
    EXPECT_EQ(refusal("thread"),
              thread +
                  ": started a thread while it was loaded: start threads in create(), not in "
                  "constructors");
    const std::string noise = add("noise");
    EXPECT_EQ(refusal("noise"), "");
    EXPECT_THAT(registry().warnings(),
                ElementsAre(StartsWith(noise + ": exports 1 symbol(s) that nobody needs, such as "
                                               "nobody_needs_this: build it with")));
}

TEST_F(BadPlugins, UntrustedFiles) {
    const std::string path = add("good");
    ::chmod(path.c_str(), 0666);
    EXPECT_EQ(refusal("good"), path + ": can be changed by others (mode 0666): chmod go-w " + path);
    const std::string user = add("user");
    fs::rename(user, folder_ / "real");
    fs::create_symlink(folder_ / "real", user);
    EXPECT_EQ(refusal("user"), user + ": is a symbolic link: put the file itself there");
    EXPECT_THAT(registry().available().front().refused,
                StartsWith(path + ": can be changed by others"));
}

TEST_F(BadPlugins, ARefusalIsRemembered) {
    const std::string path = add("good");
    ::chmod(path.c_str(), 0666);
    const std::string first = refusal("good");
    ::chmod(path.c_str(), 0644);
    EXPECT_EQ(refusal("good"), first);  // one generation sees one state
}

TEST_F(BadPlugins, AReplacedFileIsForTheNextGeneration) {
    const std::string path = add("good");
    registry();
    fs::remove(path);
    EXPECT_EQ(refusal("good"), "");
}

TEST_F(BadPlugins, MissingProvider) {
    const std::string path = add("lonely");
    EXPECT_EQ(refusal("lonely"), "");
    EXPECT_EQ(
        load_error(),
        path +
            ": needs extension 'test.nowhere/1', which neither berth nor a plugin in use provides: "
            "install the plugin that does and name it in a site");
}

TEST_F(BadPlugins, Circle) {
    const std::string a = add("cycle_a"), b = add("cycle_b");
    EXPECT_EQ(refusal("cycle_a") + refusal("cycle_b"), "");
    EXPECT_EQ(load_error(),
              "plugins need each other in a circle: " + a + " needs " + b + " needs " + a);
}

TEST_F(BadPlugins, TwoProviders) {
    const std::string a = add("provider_a"), b = add("provider_b");
    EXPECT_EQ(refusal("provider_a") + refusal("provider_b"), "");
    EXPECT_EQ(
        load_error(),
        a + " and " + b +
            " both provide extension 'test.shared/1': remove one of them from the configuration");
}

TEST_F(BadPlugins, LoadThatFails) {
    const std::string path = add("load_fails");
    EXPECT_EQ(refusal("load_fails"), "");
    EXPECT_EQ(load_error(), path + ": load() failed: E_DENIED");
}

TEST_F(BadPlugins, BrokenPromise) {
    const std::string path = add("promise");
    EXPECT_EQ(refusal("promise"), "");
    EXPECT_EQ(load_error(), path + ": promises extension 'test.promised/1' and does not give it");
}

TEST_F(BadPlugins, ProvidersAreLoadedFirstAndKnowTheirUsers) {
    add("user");
    add("provider_a");
    add("provider_b");  // available, but no site names it
    EXPECT_EQ(refusal("user") + refusal("provider_a"), "");
    EXPECT_EQ(registry().get_extension("test.shared/1"), nullptr);
    EXPECT_EQ(load_error(), "");
    EXPECT_NE(registry().get_extension("test.shared/1"), nullptr);
    EXPECT_EQ(registry().get_extension("test.other/1"), nullptr);
    EXPECT_THAT(registry().used_by("provider_a"), ElementsAre("user"));
    EXPECT_THAT(registry().used_by("user"), IsEmpty());
    EXPECT_EQ(registry().available().size(), 3u);
    registry().unload_all();
    EXPECT_EQ(registry().get_extension("test.shared/1"), nullptr);
}

TEST_F(BadPlugins, TwoInARowAreNotTakenForEachOther) {
    // Each is opened, loaded and its descriptor number free again unless the loader takes care.
    add("good");
    add("user");
    EXPECT_EQ(refusal("good") + refusal("user"), "");
    EXPECT_NE(registry().find(kKind, "good", nullptr)->factory,
              registry().find(kKind, "user", nullptr)->factory);
}

}  // namespace
}  // namespace berth
