#include "served_plugin.h"

#include "live_state.h"
#include "schema_settings.h"

#include <algorithm>

namespace berth {
// Of host/plugin, whose header would bring the host's files where these are fake.
const berth_crypto_ext& crypto_table();
}  // namespace berth

namespace berth::testing {
namespace {

constexpr uint64_t kSilenceMs = 150'000;  // longer than any timeout for those who are idle

}  // namespace

berth_cfg settings_of(const berth_factory& factory) {
    berth_cfg settings = settings_by_schema(factory.config_schema);
    if (std::string_view(factory.name) ==
        "auth") {  // needs one way of several, which no schema says
        settings.members.emplace_back("bearer",
                                      map({{"tokens", map({{"ci", "0123456789abcdef"}})}}));
    }
    if (std::string_view(factory.kind) != BERTH_PROTOCOL_KIND) {
        return settings;
    }
    const std::string url = factory.name + std::string("://127.0.0.1:8080");
    settings.members.emplace_back("site", "test");
    settings.members.emplace_back("listen", list({map({{"id", 0}, {"url", url}, {"tls", false}})}));
    settings.members.emplace_back("mirror", map({}));
    return list({settings});
}

std::vector<std::string> plugins_of_kind(std::string_view kind) {
    std::vector<std::string> names = built_plugins();
    const auto is_other = [kind](const std::string& name) {
        return !kind.empty() && factory_of(open_plugin(plugin_path(name)), kind) == nullptr;
    };
    names.erase(std::remove_if(names.begin(), names.end(), is_other), names.end());
    return names;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

void PluginTest::SetUp() {
    files.put("index.html", "hello");
    host.provide(BERTH_FILE_EXT, &FakeFiles::kTable);
    host.provide(BERTH_CRYPTO_EXT, &crypto_table());
    if (!load_providers(host, module_)) {
        GTEST_SKIP() << "the fake host has not all that this plugin requires";
    }
}

void ServingTest::use_mirror() {
    ASSERT_EQ(host.load(open_plugin(BERTH_MIRROR_PLUGIN)), BERTH_OK);
    host.make_usable(BERTH_HTTP_HANDLER_KIND, "mirror", map({}));
}

berth_cfg ServingTest::site(std::initializer_list<berth_cfg::Member> settings) {
    berth_cfg site = map(settings);
    site.members.emplace_back("site", "test");
    site.members.emplace_back(
        "listen", list({map({{"id", 0}, {"url", "http://127.0.0.1:8080"}, {"tls", false}})}));
    return list({site});
}

void ServingTest::serve(const std::string& protocol, const berth_cfg& sites) {
    const berth_factory* const factory = host.factory(BERTH_PROTOCOL_KIND, protocol.c_str());
    ASSERT_NE(factory, nullptr);
    ASSERT_EQ(host.create(BERTH_PROTOCOL_KIND, factory->name, sites, &inst_), BERTH_OK);
    protocol_ = static_cast<const berth_protocol_ops*>(factory->ops);
}

void ServingTest::open(FakeStream& stream) {
    ASSERT_EQ(stream.open(*protocol_, inst_, 0), BERTH_OK);
}

// Filters that count who asks begin anew with each, or the answers would differ by right.
std::string ServingTest::answer_to(std::string_view bytes, size_t cut) {
    host.forget_shared_values();
    FakeStream stream(host);
    open(stream);
    stream.receive(bytes.substr(0, cut));
    if (!stream.gone && cut < bytes.size()) {
        stream.receive(bytes.substr(cut));
    }
    return stream.output;
}

std::string ServingTest::answer_to_slow_reader(std::string_view bytes) {
    host.forget_shared_values();
    FakeStream stream(host);
    open(stream);
    stream.high_watermark = 1;
    stream.receive(bytes);
    size_t before = 0;
    while (!stream.gone && stream.output.size() != before) {
        before = stream.output.size();
        stream.read_output();
    }
    return stream.output;
}

void ServingTest::send_and_end(std::string_view bytes, Ending ending) {
    FakeStream stream(host);
    open(stream);
    stream.receive(bytes);
    meanwhile();
    if (stream.gone) {
        return;
    }
    switch (ending) {
        case Ending::kReset:
            stream.reset();
            break;
        case Ending::kHalfClose:
            stream.receive_end();
            break;
        case Ending::kDrain:
            stream.drain(host.now_ms + 1000);
            host.advance(1000);
            break;
        case Ending::kSilence:
            host.advance(kSilenceMs);
            break;
    }
}

void ServingTest::expect_same_answer_in_any_pieces(std::string_view bytes) {
    const std::string whole = answer_to(bytes, bytes.size());
    for (size_t cut = 1; cut < bytes.size(); ++cut) {
        EXPECT_EQ(answer_to(bytes, cut), whole) << "cut behind " << bytes.substr(0, cut);
    }
    EXPECT_EQ(answer_to_slow_reader(bytes), whole);
}

void ServingTest::end_anywhere(std::string_view bytes) {
    for (size_t size = 0; size <= bytes.size(); ++size) {
        for (const Ending ending : kEndings) {
            send_and_end(bytes.substr(0, size), ending);
        }
    }
}

void ServingTest::end_often(std::string_view bytes, Ending ending) {
    constexpr size_t kTimes = 1000;
    send_and_end(bytes, ending);  // what is made once and kept for later is not left behind
    send_and_end(bytes, ending);
    const size_t live = live_bytes();
    const int64_t arenas = host.arenas_open, tickets = host.tickets_open;
    const auto descriptors = live_descriptors();
    for (size_t i = 0; i < kTimes; ++i) {
        send_and_end(bytes, ending);
        host.messages.clear();  // the log is not the plugin's
    }
    EXPECT_LT(live_bytes(), live + kTimes);
    EXPECT_EQ(host.arenas_open, arenas);
    EXPECT_EQ(host.tickets_open, tickets);
    EXPECT_EQ(live_descriptors(), descriptors);
}

void ServingTest::expect_nothing_left_by(std::string_view bytes) {
    for (const Ending ending : kEndings) {
        end_often(bytes, ending);
        end_often(bytes.substr(0, bytes.size() / 2), ending);
    }
}

}  // namespace berth::testing
