#include "plugin/elf_file.h"

#include "support/image_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace berth {
namespace {

using test::elf_image;
using test::ImageOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ElfFile, ReadsBothClassesAndByteOrders) {
    for (const bool wide : {true, false}) {
        for (const bool big_endian : {true, false}) {
            ImageOptions options;
            options.wide = wide;
            options.big_endian = big_endian;
            options.exports = {"berth_module_v1", "other"};
            options.needed = {"libc.so.6", "libm.so.6"};
            const auto bytes = elf_image(options);
            const auto elf = ElfFile::parse(bytes);
            ASSERT_TRUE(elf.ok()) << elf.error().message;
            EXPECT_EQ(elf.value().machine(), 62);
            EXPECT_EQ(elf.value().bits(), wide ? 64u : 32u);
            EXPECT_EQ(elf.value().section("berthman")->size(), 128u);
            EXPECT_EQ(elf.value().section("absent"), std::nullopt);
            EXPECT_THAT(elf.value().exports().value(), ElementsAre("berth_module_v1", "other"));
            EXPECT_THAT(elf.value().needed().value(), ElementsAre("libc.so.6", "libm.so.6"));
        }
    }
}

TEST(ElfFile, RefusesWhatIsNoSharedObject) {
    ImageOptions options;
    options.type = 2;  // a program
    EXPECT_THAT(ElfFile::parse(elf_image(options)).error().message,
                HasSubstr("not a shared object"));
    const std::vector<uint8_t> text = {
        '#', '!', '/', 'b', 'i', 'n', '/', 's', 'h', '\n', 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(ElfFile::parse(text).error().message, "is not an ELF file");
    EXPECT_FALSE(ElfFile::parse({}).ok());
}

TEST(ElfFile, EveryTruncationIsRefusedOrHarmless) {
    const auto whole = elf_image();
    for (size_t size = 0; size < whole.size(); ++size) {
        // A copy of that size, so that the sanitizers see every read beyond it.
        const std::vector<uint8_t> cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
        EXPECT_FALSE(ElfFile::parse(cut).ok()) << size;  // the table of sections is at the end
    }
}

TEST(ElfFile, NoMutationReadsOutside) {
    const auto whole = elf_image();
    std::mt19937 random(3);
    for (int round = 0; round < 20000; ++round) {
        std::vector<uint8_t> mutated = whole;
        for (int i = 0; i < 3; ++i) {
            mutated[random() % mutated.size()] = static_cast<uint8_t>(random());
        }
        const auto elf = ElfFile::parse(mutated);
        if (elf) {
            (void)elf.value().section("berthman");
            (void)elf.value().exports();
            (void)elf.value().needed();
        }
    }
}

TEST(ElfFile, WithoutDynamicLibrariesNeedsNone) {
    ImageOptions options;
    options.needed = {};
    const auto bytes = elf_image(options);
    EXPECT_THAT(ElfFile::parse(bytes).value().needed().value(), IsEmpty());
}

}  // namespace
}  // namespace berth
