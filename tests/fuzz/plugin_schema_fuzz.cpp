// The schema that a plugin brings, and settings for it: SCHEMA 0xFF YAML. A refused schema has a
// reason, one that is accepted keeps its bounds, and complaints about settings have a place inside
// their text.
#include "config/config_check.h"
#include "config/config_loader.h"
#include "support/diagnostic_check.h"
#include "support/fake_factory_index.h"

#include <string>

namespace {

using namespace berth;
using testing::require;

constexpr size_t kDepthMax = 32;

void check_schema(const Schema& schema, size_t depth) {
    require(depth <= kDepthMax);
    require((schema.types & ~uint32_t{kTypeAny}) == 0);
    require(schema.items.size() <= 1 && schema.additional.size() <= 1);
    for (const auto& [name, property] : schema.properties) {
        require(schema.property(name) != nullptr);
        check_schema(property, depth + 1);
    }
    for (const auto* list : {&schema.items, &schema.additional, &schema.one_of}) {
        for (const Schema& inner : *list) {
            check_schema(inner, depth + 1);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static testing::FakeFactoryIndex index;
    testing::FuzzInput input(data, size);
    const std::string json = input.part();
    const auto schema = parse_schema(json);
    if (!schema) {
        require(!schema.error().message.empty());
        return 0;
    }
    check_schema(schema.value().root, 1);
    index.remove("fuzzed");
    index.add("berth.http.handler/1", "fuzzed", json);
    const std::string settings(input.rest());
    if (settings.find("sites") != std::string::npos) {
        return 0;  // names files of this machine
    }
    const std::string site = "site: a\nlisten: http://:1\nfuzzed: " + settings;
    const Outside nothing{
        [](const std::string&) { return std::optional<std::string>(); },
        [](const std::string&) -> Result<std::string> { return Error{"no file"}; }};
    Diagnostics diagnostics;
    const Config config = load_config_text(make_source("site.yaml", site), nothing, diagnostics);
    if (!diagnostics.has_errors()) {
        check_config(config, nothing, index, diagnostics);
    }
    testing::check_diagnostics(diagnostics);
    return 0;
}
