#include "plugin/symbol_audit.h"

#include "support/image_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(SymbolAudit, AcceptsTheEntryAlone) {
    EXPECT_THAT(audit_symbols(SymbolNames{{"berth_module_v1"}, {"libc.so.6"}}).value(), IsEmpty());
    EXPECT_THAT(
        audit_symbols(
            SymbolNames{{"berth_module_v1", "berth_module_v2", "_init", "__odr_asan.x"}, {}})
            .value(),
        IsEmpty());
}

TEST(SymbolAudit, RefusesAFileWithoutTheEntry) {
    EXPECT_EQ(audit_symbols(SymbolNames{{"berth_module_v2"}, {}}).error().message,
              "is not a plugin: it does not export berth_module_v1()");
}

TEST(SymbolAudit, WarnsOfSymbolsThatNobodyNeeds) {
    EXPECT_THAT(audit_symbols(SymbolNames{{"berth_module_v1", "helper", "other"}, {}}).value(),
                ElementsAre(StartsWith(
                    "exports 2 symbol(s) that nobody needs, such as helper: build it with")));
}

TEST(SymbolAudit, RefusesLibrariesThatAreNotHidden) {
    for (const char* name :
         {"EVP_DigestInit", "SSL_new", "nghttp2_session_new", "deflate", "inflateInit_"}) {
        const auto audit = audit_symbols(SymbolNames{{"berth_module_v1", name}, {}});
        ASSERT_FALSE(audit.ok()) << name;
        EXPECT_THAT(audit.error().message, HasSubstr("-Wl,--exclude-libs,ALL"));
        EXPECT_THAT(audit.error().message, StartsWith("exports " + std::string(name) + "()"));
    }
}

TEST(SymbolAudit, RefusesOtherMajorsOfSharedLibraries) {
    for (const char* name :
         {"libssl.so.1.1", "libcrypto.so.4", "libstdc++.so.5", "libcrypto.so.30"}) {
        const auto audit = audit_symbols(SymbolNames{{"berth_module_v1"}, {name}});
        ASSERT_FALSE(audit.ok()) << name;
        EXPECT_THAT(audit.error().message,
                    StartsWith("is linked with " + std::string(name) + ", this host with"));
    }
    EXPECT_TRUE(audit_symbols(SymbolNames{{"berth_module_v1"},
                                          {"libssl.so.3", "libstdc++.so.6", "libssl.so"}})
                    .ok());
}

TEST(SymbolAudit, ReadsTheFile) {
    test::ImageOptions options;
    options.needed = {"libcrypto.so.1.1"};
    EXPECT_THAT(audit_symbols(std::span<const uint8_t>(test::elf_image(options))).error().message,
                HasSubstr("libcrypto.so.1.1"));
}

}  // namespace
}  // namespace berth
