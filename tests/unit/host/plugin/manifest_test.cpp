#include "plugin/manifest.h"

#include "support/image_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using test::elf_image;
using test::ImageOptions;
using test::pe_image;
using testing::HasSubstr;

std::string refusal(const ImageOptions& options) {
    const auto file = read_plugin_file(elf_image(options));
    return file ? "" : file.error().message;
}

std::string incompatibility(const ImageOptions& options) {
    const auto file = read_plugin_file(elf_image(options));
    const auto compatible = check_compatible(file.value());
    return compatible ? "" : compatible.error().message;
}

// An image that this host would load.
ImageOptions native() {
    ImageOptions options;
    options.machine = host_target().machine;
    options.wide = host_target().bits == 64;
    options.big_endian = host_target().big_endian;
    return options;
}

TEST(Manifest, IsFoundInElfFiles) {
    ImageOptions options;
    options.id = "acme/geo";
    options.version = "1.4-rc1";
    options.abi_minor_built = 7;
    options.abi_minor_required = 3;
    options.flags = 5;
    const auto file = read_plugin_file(elf_image(options));
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ(file.value().manifest.id, "acme/geo");
    EXPECT_EQ(file.value().manifest.version, "1.4-rc1");
    EXPECT_EQ(file.value().manifest.abi_major, 1);
    EXPECT_EQ(file.value().manifest.abi_minor_built, 7);
    EXPECT_EQ(file.value().manifest.abi_minor_required, 3);
    EXPECT_EQ(file.value().manifest.flags, 5u);
}

TEST(Manifest, IsFoundInTheByteOrderOfTheMachine) {
    ImageOptions options;
    options.big_endian = true;
    options.wide = false;
    options.abi_major = 0x0102;
    EXPECT_EQ(read_plugin_file(elf_image(options)).value().manifest.abi_major, 0x0102);
}

TEST(Manifest, IsFoundInWindowsDlls) {
    const auto file = read_plugin_file(pe_image());
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ(file.value().manifest.id, "test");
    EXPECT_EQ(target_name(file.value().target), "Windows on x86-64 (64-bit)");
    EXPECT_THAT(check_compatible(file.value()).error().message,
                HasSubstr("is built for Windows on x86-64"));
}

TEST(Manifest, TruncatedDllsAreRefused) {
    const auto whole = pe_image();
    for (size_t size = 0; size < whole.size() - 384; ++size) {  // the last section is padded to 512
        const std::vector<uint8_t> cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
        EXPECT_FALSE(read_plugin_file(cut).ok()) << size;
    }
}

TEST(Manifest, WrongSizesAndMagicAreRefused) {
    ImageOptions options;
    options.manifest_size = 96;
    EXPECT_THAT(refusal(options), HasSubstr("is not a plugin: its manifest has 128 bytes"));
    options = {};
    options.magic = "berth-manifest/2";
    EXPECT_EQ(refusal(options),
              "is not a plugin: its manifest does not begin with berth-manifest/1");
    options = {};
    options.section = "berthmen";
    EXPECT_EQ(refusal(options),
              "is not a plugin: it has no section berthman; build it with berth_add_plugin()");
}

TEST(Manifest, MalformedTextsAreRefused) {
    const std::string kBad[] = {"",
                                "UPPER",
                                "a b",
                                "/a",
                                "a/",
                                "a/b/c",
                                "../x",
                                ".x",
                                "a/../b",
                                std::string(64, 'a'),
                                std::string("a\0b", 3)};
    for (const std::string& id : kBad) {
        ImageOptions options;
        options.id = id;
        EXPECT_EQ(refusal(options),
                  "is not a plugin: the id or version in its manifest is malformed")
            << id;
    }
    ImageOptions options;
    options.id = std::string(63, 'a');
    EXPECT_EQ(refusal(options), "");
    options.version = "";
    EXPECT_NE(refusal(options), "");
    options.version = "1.0\n";
    EXPECT_NE(refusal(options), "");
}

TEST(ManifestCompatibility, TheOwnAbiIsCompatible) {
    EXPECT_EQ(incompatibility(native()), "");
}

TEST(ManifestCompatibility, SaysWhatItNeedsWhatThereIsAndWhatToDo) {
    ImageOptions options = native();
    options.abi_major = 2;
    options.abi_minor_built = 3;
    EXPECT_EQ(incompatibility(options),
              "is built for ABI 2.3, this host speaks ABI 1.0: upgrade berth, or install an older "
              "release of "
              "the plugin");
    options.abi_major = 0;
    EXPECT_EQ(
        incompatibility(options),
        "is built for ABI 0.3, this host speaks ABI 1.0: install a newer release of the plugin");
    options = native();
    options.abi_minor_required = 4;
    EXPECT_EQ(incompatibility(options),
              "needs ABI 1.4, this host speaks ABI 1.0: upgrade berth, or install an older release "
              "of the plugin");
    options.abi_minor_required = 0;
    options.abi_minor_built = 4;  // built with a newer SDK, but content with 1.0
    EXPECT_EQ(incompatibility(options), "");
}

TEST(ManifestCompatibility, RefusesOtherMachinesByName) {
    ImageOptions options = native();
    options.machine = host_target().machine == 243 ? 62 : 243;
    EXPECT_THAT(incompatibility(options),
                testing::StartsWith("is built for " +
                                    std::string(options.machine == 243 ? "RISC-V" : "x86-64")));
    options = native();
    options.wide = !options.wide;
    EXPECT_THAT(incompatibility(options), HasSubstr("-bit), this host is "));
}

TEST(ManifestCompatibility, RefusesPluginsThatNeedTheirOwnProcessFirst) {
    ImageOptions options = native();
    options.flags = BERTH_MOD_LOAD_IN_WORKER;
    EXPECT_THAT(incompatibility(options), HasSubstr("start threads in create() instead of load()"));
}

}  // namespace
}  // namespace berth
