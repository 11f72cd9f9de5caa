#pragma once

#include "config/factory_index.h"
#include "config/known_plugins.h"
#include "config/schema.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::testing {

// Factories that exist as schemas only: http, hello, headers, and what a test adds.
// BERTH_SOURCE_DIR: the root of the sources.
class FakeFactoryIndex : public FactoryIndex {
public:
    // Of all plugins that come with Berth.
    static constexpr const char* kKinds[] = {
        "berth.protocol/1", "berth.http.handler/1", "berth.http.filter/1", "berth.conn.filter/1"};

    FakeFactoryIndex() {
        add_file("berth.protocol/1", "http", BERTH_SOURCE_DIR "/plugins/http/http.schema.json");
        add_file(
            "berth.http.handler/1", "hello", BERTH_SOURCE_DIR "/plugins/hello/hello.schema.json");
        add_file("berth.http.filter/1",
                 "headers",
                 BERTH_SOURCE_DIR "/plugins/headers/headers.schema.json");
    }

    void add(std::string kind, std::string name, std::string_view schema) {
        auto entry = std::make_unique<Entry>();
        Result<ParsedSchema> parsed = parse_schema(schema);
        problems_ += parsed.ok() ? "" : name + ": " + parsed.error().message + "\n";
        if (parsed.ok()) {
            entry->schema = std::move(parsed).value();
            for (const std::string& keyword : entry->schema.unknown_keywords) {
                problems_ += name + ": unknown keyword " + keyword + "\n";
            }
        }
        entry->info = {kind, name, name, &entry->schema.root, nullptr, nullptr};
        entries_.push_back(std::move(entry));
    }

    // Every plugin of plugins/ whose schema has its name. A folder of which the host does not know
    // the package is a problem.
    void add_shipped() {
        for (const auto& folder :
             std::filesystem::directory_iterator(BERTH_SOURCE_DIR "/plugins")) {
            const std::string name = folder.path().filename().string();
            const std::filesystem::path schema = folder.path() / (name + ".schema.json");
            if (std::filesystem::exists(schema) && !add_known(name, schema.string())) {
                problems_ += name + ": unknown to known_plugins.cpp\n";
            }
        }
    }

    void refuse(std::string name, std::string why) { refused_[std::move(name)] = std::move(why); }
    void remove(std::string_view name) {
        std::erase_if(entries_, [&](const auto& entry) { return entry->info.name == name; });
    }
    // What was wrong with the schemas; empty when nothing was.
    const std::string& problems() const { return problems_; }

    const FactoryInfo* find(std::string_view kind,
                            std::string_view name,
                            std::string* why_not) override {
        const auto refused = refused_.find(std::string(name));
        if (refused != refused_.end()) {
            *why_not = refused->second;
            return nullptr;
        }
        for (const auto& entry : entries_) {
            if (entry->info.kind == kind && entry->info.name == name) {
                return &entry->info;
            }
        }
        return nullptr;
    }

    std::vector<std::string> names(std::string_view kind) const override {
        std::vector<std::string> result;
        for (const auto& entry : entries_) {
            if (entry->info.kind == kind) {
                result.push_back(entry->info.name);
            }
        }
        return result;
    }

private:
    struct Entry {
        ParsedSchema schema;
        FactoryInfo info;
    };

    // Adds the kinds of a plugin that are not there yet; false when it has none.
    bool add_known(const std::string& name, const std::string& schema) {
        bool known = false;
        for (const char* kind : kKinds) {
            std::string why_not;
            const bool ships = !package_of_plugin(kind, name).empty();
            known = known || ships;
            if (ships && find(kind, name, &why_not) == nullptr) {
                add_file(kind, name, schema);
            }
        }
        return known;
    }

    void add_file(const std::string& kind, const std::string& name, const std::string& path) {
        std::ifstream file(path);
        add(kind, name, std::string(std::istreambuf_iterator<char>(file), {}));
    }

    std::vector<std::unique_ptr<Entry>> entries_;
    std::map<std::string, std::string> refused_;
    std::string problems_;
};

}  // namespace berth::testing
