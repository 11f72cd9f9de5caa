#include "plugin/module_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A right description that each test makes wrong in one place.
class ModuleCheck : public testing::Test {
protected:
    void SetUp() override {
        manifest_.id = "test";
        manifest_.version = "1.0";
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = "test.kind/1";
        factory_.name = "test";
        factory_.config_schema = "{\"type\": \"object\"}";
        factory_.summary = "a factory";
        factory_.ops = &factory_.h;
        factory_.create = [](void*, const berth_cfg*, void*, void**) -> berth_status { return 0; };
        factory_.destroy = [](void*) {};
        module_.h = BERTH_HDR(berth_module);
        module_.magic = BERTH_MAGIC;
        module_.abi_major = BERTH_ABI_MAJOR;
        module_.id = "test";
        module_.version = "1.0";
        module_.vendor = module_.license = module_.summary = "text";
        module_.required = required_.data();
        module_.provides = provides_.data();
        module_.factories = factories_.data();
        module_.load = [](const berth_host*, void**) -> berth_status { return 0; };
    }

    std::string refusal() const {
        const auto checked = check_module(&module_, manifest_);
        return checked ? "" : checked.error().message;
    }

    Manifest manifest_;
    berth_factory factory_{};
    berth_module module_{};
    std::vector<const char*> required_ = {"a/1", nullptr}, provides_ = {nullptr};
    std::vector<const berth_factory*> factories_ = {&factory_, nullptr};
};

TEST_F(ModuleCheck, GivesWhatTheHostNeeds) {
    const auto checked = check_module(&module_, manifest_);
    ASSERT_TRUE(checked.ok()) << checked.error().message;
    EXPECT_THAT(checked.value().required, ElementsAre("a/1"));
    EXPECT_THAT(checked.value().provides, IsEmpty());
    EXPECT_EQ(checked.value().factories.at(0).factory, &factory_);
    EXPECT_THAT(checked.value().warnings, IsEmpty());
}

TEST_F(ModuleCheck, RefusesWhatIsTooSmallBeforeReadingIt) {
    EXPECT_THAT(check_module(nullptr, manifest_).error().message, HasSubstr("returned nothing"));
    module_.h.size = 4;
    EXPECT_THAT(refusal(), HasSubstr("magic number"));
    module_.h.size = sizeof(berth_module) - 8;
    EXPECT_THAT(refusal(),
                HasSubstr("bytes, " + std::to_string(sizeof(berth_module)) + " are needed"));
    module_.h.size = sizeof(berth_module) + 64;  // a newer SDK
    EXPECT_EQ(refusal(), "");
    factory_.h.size = 8;
    EXPECT_THAT(refusal(), HasSubstr("a factory has 8 bytes"));
}

TEST_F(ModuleCheck, RefusesMissingParts) {
    const auto refuses = [&](auto& member, std::string_view what) {
        const auto before = member;
        member = nullptr;
        EXPECT_THAT(refusal(), HasSubstr(what));
        member = before;
    };
    refuses(module_.id, "no id");
    refuses(module_.version, "no version");
    refuses(module_.vendor, "no vendor");
    refuses(module_.required, "no list of required extensions");
    refuses(module_.provides, "no list of provided extensions");
    refuses(module_.factories, "no list of factories");
    refuses(module_.load, "lacks load");
    refuses(factory_.kind, "no kind of a factory");
    refuses(factory_.name, "no name of a factory");
    refuses(factory_.config_schema, "no schema of a factory");
    refuses(factory_.ops, "lacks create, destroy or ops");
    refuses(factory_.create, "lacks create, destroy or ops");
    refuses(factory_.destroy, "lacks create, destroy or ops");
    provides_ = {"b/1", nullptr};
    module_.provides = provides_.data();
    EXPECT_THAT(refusal(), HasSubstr("lacks load or get_extension"));
}

TEST_F(ModuleCheck, BoundsTexts) {
    const std::string long_text(2000, 'x');
    module_.summary = long_text.c_str();
    EXPECT_THAT(refusal(), HasSubstr("summary is longer than 1024 bytes"));
    module_.summary = "\xc3\xa9";
    EXPECT_EQ(refusal(), "");
    module_.summary = "\xc0\xaf";
    EXPECT_THAT(refusal(), HasSubstr("summary is not UTF-8"));
}

TEST_F(ModuleCheck, BoundsLists) {
    required_.assign(300, "a/1");
    required_.push_back(nullptr);
    module_.required = required_.data();
    EXPECT_THAT(refusal(), HasSubstr("more than 256 required extensions"));
}

TEST_F(ModuleCheck, WantsFactoriesNamedLikeThePlugin) {
    factory_.name = "other";
    EXPECT_THAT(refusal(), HasSubstr("factory 'other' is not named like its plugin 'test'"));
}

TEST_F(ModuleCheck, WantsOneFactoryPerKind) {
    berth_factory second = factory_;
    second.kind = "other.kind/1";
    factories_ = {&factory_, &second, nullptr};
    module_.factories = factories_.data();
    EXPECT_EQ(refusal(), "");
    second.kind = "test.kind/1";
    EXPECT_THAT(refusal(), HasSubstr("two factories of kind 'test.kind/1' are called 'test'"));
}

TEST_F(ModuleCheck, ReportsKeywordsOfNewerSchemas) {
    factory_.config_schema = "{\"type\": \"object\", \"x-future\": 1}";
    const auto checked = check_module(&module_, manifest_);
    ASSERT_TRUE(checked.ok()) << checked.error().message;
    EXPECT_THAT(checked.value().warnings, ElementsAre(HasSubstr("x-future")));
}

}  // namespace
}  // namespace berth
