// The life of every plugin: loaded, instances made and ended in each order that a host may choose,
// unloaded.
#include "live_state.h"
#include "served_plugin.h"

#include <cstring>
#include <map>

namespace berth::testing {
namespace {

class Lifecycle : public PluginTest {
protected:
    void SetUp() override {
        PluginTest::SetUp();
        if (!IsSkipped()) {
            threads_ = live_threads();
            descriptors_ = live_descriptors();
            ASSERT_EQ(module().load(&host.table(), &mod_), BERTH_OK);
            loaded_ = true;
        }
        host.make_usable(kMirror, nullptr);  // for sites, which must name a handler
    }

    void TearDown() override {
        if (loaded_ && module().unload != nullptr) {
            module().unload(mod_);
        }
    }

    std::vector<const berth_factory*> factories() const {
        std::vector<const berth_factory*> all;
        for (const auto* const* factory = module().factories; *factory != nullptr; ++factory) {
            all.push_back(*factory);
        }
        return all;
    }

    // prepare() comes once for each configured use, create() once for each worker.
    void* create(const berth_factory& factory) {
        const auto [use, is_new] = uses_.try_emplace(&factory);
        if (is_new) {
            use->second.settings = settings_of(factory);
            if (factory.prepare != nullptr) {
                EXPECT_EQ(factory.prepare(mod_, &use->second.settings, &use->second.shared),
                          BERTH_OK);
            }
        }
        void* inst = nullptr;
        EXPECT_EQ(factory.create(mod_, &use->second.settings, use->second.shared, &inst), BERTH_OK)
            << ::testing::PrintToString(host.failures);
        return inst;
    }

    static void drain(const berth_factory& factory, void* inst, uint64_t deadline_ms) {
        if (factory.drain != nullptr) {
            factory.drain(inst, deadline_ms);
        }
    }

    struct Use {
        berth_cfg settings;
        void* shared = nullptr;
    };
    static constexpr berth_factory kMirror = {BERTH_HDR(berth_factory),
                                              BERTH_HTTP_HANDLER_KIND,
                                              "mirror",
                                              "{}",
                                              "",
                                              0,
                                              0,
                                              nullptr,
                                              nullptr,
                                              nullptr,
                                              nullptr,
                                              nullptr};

    std::ptrdiff_t threads_ = 0, descriptors_ = 0;  // before load()
    void* mod_ = nullptr;
    bool loaded_ = false;
    std::map<const berth_factory*, Use> uses_;
};

TEST_P(Lifecycle, describes_itself) {
    EXPECT_EQ(module().magic, BERTH_MAGIC);
    EXPECT_EQ(module().abi_major, BERTH_ABI_MAJOR);
    EXPECT_EQ(module().id, GetParam());
    EXPECT_EQ(&open_plugin(plugin_path(GetParam())), &module());
    for (const berth_factory* factory : factories()) {
        EXPECT_EQ(factory->name, GetParam());
        EXPECT_NE(factory->ops, nullptr);
        EXPECT_NE(factory->create, nullptr);
        EXPECT_NE(factory->destroy, nullptr);
        EXPECT_NE(std::strlen(factory->summary), 0u);
    }
}

TEST_P(Lifecycle, starts_nothing_and_opens_nothing_when_it_is_loaded) {
    EXPECT_EQ(live_threads(), threads_);
    EXPECT_EQ(live_descriptors(), descriptors_);
    EXPECT_EQ(host.arenas_open, 0);
    EXPECT_EQ(host.timers_open(), 0u);
}

TEST_P(Lifecycle, gives_the_extensions_that_it_promises_and_no_others) {
    for (const char* const* id = module().provides; *id != nullptr; ++id) {
        const auto* table = static_cast<const berth_hdr*>(module().get_extension(mod_, *id));
        ASSERT_NE(table, nullptr) << *id;
        EXPECT_GE(table->size, sizeof(berth_hdr)) << *id;
    }
    if (module().get_extension != nullptr) {
        EXPECT_EQ(module().get_extension(mod_, "test.nowhere/1"), nullptr);
    }
}

TEST_P(Lifecycle, a_thousand_instances_leave_nothing_behind) {
    constexpr size_t kTimes = 1000, kFirst = 10;
    for (const berth_factory* factory : factories()) {
        size_t bytes = 0;
        for (size_t i = 0; i < kFirst + kTimes; ++i) {
            bytes = i == kFirst ? live_bytes() : bytes;
            factory->destroy(create(*factory));
            host.run();  // frees timers that were cancelled
        }
        EXPECT_LT(live_bytes(), bytes + kTimes) << factory->kind;
    }
    EXPECT_EQ(host.arenas_open, 0);
    EXPECT_EQ(host.tickets_open, 0);
    EXPECT_EQ(host.timers_open(), 0u);
    EXPECT_EQ(live_threads(), threads_);
    EXPECT_EQ(live_descriptors(), descriptors_);
}

TEST_P(Lifecycle, drain_may_come_before_the_first_use_and_again) {
    for (const berth_factory* factory : factories()) {
        void* const inst = create(*factory);
        drain(*factory, inst, host.now_ms + 1000);
        host.run();
        drain(*factory, inst, 0);
        host.advance(2000);
        factory->destroy(inst);
    }
    EXPECT_EQ(host.timers_open(), 0u);
}

TEST_P(Lifecycle, instances_end_in_any_order_drained_or_not) {
    for (const berth_factory* factory : factories()) {
        void* const first = create(*factory);
        void* const second = create(*factory);
        drain(*factory, first, host.now_ms);
        factory->destroy(second);
        void* const third = create(*factory);
        host.advance(3'600'000);
        factory->destroy(first);
        host.run();
        factory->destroy(third);
    }
    host.advance(3'600'000);
    EXPECT_EQ(host.timers_open(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Plugins, Lifecycle, ::testing::ValuesIn(plugins_of_kind()), test_name);

}  // namespace
}  // namespace berth::testing
