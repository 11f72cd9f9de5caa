#include "berth/cpp/http_filter.hpp"
#include "berth/cpp/http_handler.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace berth::sdk {
namespace {

// A configuration of one node whose text is what the test wants.
struct Fixture {
    static inline std::string text, complaint;
    static const void* extension(const berth_host*, const char* id) {
        static berth_config_ext config{};
        config.h = BERTH_HDR(berth_config_ext);
        config.get = [](const berth_cfg* node, const char*) { return node; };
        config.str = [](const berth_cfg*) { return sv(text); };
        config.i64 = [](const berth_cfg*) { return std::int64_t{42}; };
        config.count = [](const berth_cfg*) { return 3u; };
        config.at = [](const berth_cfg* node, std::uint32_t, berth_sv* key) {
            if (key != nullptr) {
                *key = sv("key");
            }
            return node;
        };
        return std::strcmp(id, BERTH_CONFIG_EXT) == 0 ? &config : nullptr;
    }
    static berth_status fail(const berth_host*,
                             const berth_cfg*,
                             berth_status status,
                             berth_sv message) {
        complaint = view(message);
        return status;
    }
};

class Module : public ModuleBase {};

class Whole {
public:
    static constexpr bool kTriedInZygote = true;
    explicit Whole(Module&) {}
    berth_status configure(const Config& config) {
        if (config["mood"].text() == "bad") {
            return config["mood"].fail("not today");
        }
        if (config.text() == "throw") {
            throw std::runtime_error("x");
        }
        return BERTH_OK;
    }
    berth_status on_request(berth_http_req*) {
        return throws ? throw std::bad_alloc() : BERTH_DECLINED;
    }
    berth_status on_body(berth_http_req*, berth_rbuf*, std::uint32_t, bool last) {
        return last ? 1 : 0;
    }
    void on_destroy(berth_http_req*) { ++destroyed; }
    void drain(std::uint64_t) {}

    bool throws = false;
    int destroyed = 0;
};

class Bare {
public:
    static constexpr std::uint32_t kPhase = BERTH_PHASE_AUTH;
    explicit Bare(Module&) {}
    berth_status configure(const Config&) { return BERTH_OK; }
    berth_status on_request(berth_http_req*) { return BERTH_OK; }
};

constexpr berth_factory kWhole = http_handler<Whole, Module>({"whole", "{}", "everything"});
constexpr berth_factory kBare = http_handler<Bare, Module>({"bare", "{}", "the least"});
constexpr berth_factory kFilter = http_filter<Bare, Module>({"bare", "{}", "a filter"});
constexpr const char* kNone[] = {nullptr};
constexpr const berth_factory* kFactories[] = {&kWhole, &kBare, &kFilter, nullptr};
constexpr berth_module kModule =
    make_module<Module>({"test", "1.0", 0, 0, "v", "l", "s"}, kNone, kNone, kFactories);

// The module, loaded, and a host that answers for it.
class HttpFace : public testing::Test {
protected:
    void SetUp() override {
        Fixture::text = "good";
        host_.get_extension = &Fixture::extension;
        host_.fail = &Fixture::fail;
        ASSERT_EQ(kModule.load(&host_, &mod_), BERTH_OK);
    }
    void TearDown() override { kModule.unload(mod_); }

    berth_host host_{};
    void* mod_ = nullptr;
};

const berth_http_handler_ops& handler_ops(const berth_factory& factory) {
    return *static_cast<const berth_http_handler_ops*>(factory.ops);
}

TEST_F(HttpFace, LeavesAbsentMembersNull) {
    EXPECT_NE(handler_ops(kWhole).on_body, nullptr);
    EXPECT_EQ(handler_ops(kWhole).on_writable, nullptr);
    EXPECT_EQ(handler_ops(kBare).on_body, nullptr);
    EXPECT_EQ(handler_ops(kBare).on_destroy, nullptr);
    EXPECT_EQ(kBare.drain, nullptr);
    EXPECT_NE(kWhole.drain, nullptr);
    EXPECT_EQ(kModule.get_extension, nullptr);
    const auto& filter = *static_cast<const berth_http_filter_ops*>(kFilter.ops);
    EXPECT_EQ(filter.phase, uint32_t{BERTH_PHASE_AUTH});
    EXPECT_NE(filter.on_request, nullptr);
    EXPECT_EQ(filter.on_log, nullptr);
}

TEST_F(HttpFace, CallsTheInstance) {
    void* inst = nullptr;
    ASSERT_EQ(kWhole.create(mod_, nullptr, nullptr, &inst), BERTH_OK);
    const auto& ops = handler_ops(kWhole);
    EXPECT_EQ(ops.on_request(inst, nullptr), BERTH_DECLINED);
    EXPECT_EQ(ops.on_body(inst, nullptr, nullptr, 0, 1), 1);
    ops.on_destroy(inst, nullptr);
    EXPECT_EQ(static_cast<Whole*>(inst)->destroyed, 1);
    static_cast<Whole*>(inst)->throws = true;
    EXPECT_EQ(ops.on_request(inst, nullptr), BERTH_E_NOMEM);
    kWhole.destroy(inst);
}

TEST_F(HttpFace, RefusesAConfigurationInItsOwnWords) {
    void* inst = nullptr;
    Fixture::text = "bad";
    EXPECT_EQ(kWhole.create(mod_, nullptr, nullptr, &inst), BERTH_E_INVAL);
    EXPECT_EQ(Fixture::complaint, "not today");
    Fixture::text = "throw";
    EXPECT_EQ(kWhole.create(mod_, nullptr, nullptr, &inst), BERTH_E_FAIL);
    EXPECT_EQ(inst, nullptr);
}

TEST_F(HttpFace, TriesAConfigurationBeforeThereAreWorkers) {
    EXPECT_EQ(kBare.prepare, nullptr);
    EXPECT_EQ(kWhole.prepare(mod_, nullptr, nullptr), BERTH_OK);
    Fixture::text = "bad";
    EXPECT_EQ(kWhole.prepare(mod_, nullptr, nullptr), BERTH_E_INVAL);
    EXPECT_EQ(Fixture::complaint, "not today");
}

TEST_F(HttpFace, WalksLists) {
    const Config config(
        &host_,
        static_cast<const berth_config_ext*>(Fixture::extension(nullptr, BERTH_CONFIG_EXT)),
        nullptr);
    std::int64_t sum = 0;
    for (const Config item : config) {
        sum += item.integer();
    }
    EXPECT_EQ(sum, 126);
    std::string_view key;
    config.at(0, &key);
    EXPECT_EQ(key, "key");
}

TEST_F(HttpFace, LoadFailsWithoutTheConfigExtension) {
    berth_host empty{};
    empty.get_extension = [](const berth_host*, const char*) -> const void* { return nullptr; };
    void* mod = nullptr;
    EXPECT_EQ(kModule.load(&empty, &mod), BERTH_E_UNSUPPORTED);
    EXPECT_EQ(mod, nullptr);
}

TEST(HttpFaceResponse, StartsEmpty) {
    const berth_header headers[] = {{sv("content-type"), sv("text/plain")}};
    const berth_http_resp response = http_response(200, headers);
    EXPECT_EQ(response.h.size, sizeof(berth_http_resp));
    EXPECT_EQ(response.n_headers, 1u);
    EXPECT_EQ(http_response(404).n_headers, 0u);
}

}  // namespace
}  // namespace berth::sdk
