// Reads configurations and prints as JSON what a validator of JSON Schema needs to check them
// itself: the host's schemas, the plugins by kind, and of each file its documents and the problems
// found.

#include "config/host_schema.h"
#include "config/json_text.h"
#include "config/machine_reader.h"
#include "config/scalar_check.h"
#include "config/yaml_reader.h"
#include "config_reading.h"

#include <filesystem>
#include <iostream>
#include <set>
#include <string>

namespace berth {
namespace {

void print_scalar(JsonWriter& out, const RawNode& node) {
    switch (node.substituted ? kTypeString : type_of_scalar(node)) {
        case kTypeBoolean:
            out.value(node.text == "true");
            break;
        case kTypeInteger:
            out.value(untyped_scalar(node).i64);
            break;
        case kTypeNumber:
            out.raw(std::to_string(untyped_scalar(node).f64));
            break;
        default:
            out.value(node.text);
            break;
    }
}

void print(JsonWriter& out, const RawNode& node) {
    if (node.is_map()) {
        out.begin_object();
        for (const RawMember& member : node.members) {
            out.key(member.key);
            print(out, member.value);
        }
        out.end_object();
    } else if (node.is_list()) {
        out.begin_array();
        for (const RawNode& item : node.items) {
            print(out, item);
        }
        out.end_array();
    } else if (node.kind == RawNode::Kind::kNull) {
        out.raw("null");
    } else {
        print_scalar(out, node);
    }
}

void print_file(JsonWriter& out, const std::string& path) {
    const Outside outside = testing::outside_of({{"BERTH_TEST_TEXT", "many"}});
    const std::string text = testing::file_text(path);
    const testing::Reading reading(text, outside, std::filesystem::path(path).filename().string());
    std::set<std::string> problems;
    for (const Diagnostic& diagnostic : reading.diagnostics.sorted()) {
        if (diagnostic.severity == Diagnostic::Severity::kError) {
            problems.insert(problem_id(diagnostic.problem));
        }
    }
    out.begin_object().member("name", path).key("problems").begin_array();
    for (const std::string& problem : problems) {
        out.value(problem);
    }
    out.end_array().key("documents").begin_array();
    Diagnostics ignored;
    for (const RawNode& document : read_yaml(make_source(path, text), outside, ignored)) {
        const bool machine = document.is_map() && is_machine_document(document);
        out.begin_object().member("machine", machine).key("value");
        print(out, document);
        out.end_object();
    }
    out.end_array().end_object();
}

void print_plugins(JsonWriter& out) {
    const testing::ShippedPlugins plugins;
    out.key("plugins").begin_object();
    for (const char* kind : testing::FakeFactoryIndex::kKinds) {
        out.key(kind).begin_array();
        for (const std::string& name : plugins.names(kind)) {
            out.value(name);
        }
        out.end_array();
    }
    out.end_object();
}

}  // namespace
}  // namespace berth

int main(int count, char** arguments) {
    berth::JsonWriter out;
    out.begin_object();
    out.key("site").raw(berth::site_schema_json());
    out.key("machine").raw(berth::machine_schema_json());
    berth::print_plugins(out);
    out.key("files").begin_array();
    for (int i = 1; i < count; ++i) {
        berth::print_file(out, arguments[i]);
    }
    out.end_array().end_object();
    std::cout << out.text() << '\n';
}
