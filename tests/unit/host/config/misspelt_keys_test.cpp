#include "config/host_schema.h"
#include "config/schema_match.h"
#include "config/utf8.h"
#include "config/yaml_reader.h"
#include "config_reading.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {
namespace {

namespace fs = std::filesystem;

struct Key {
    std::string name;
    Place place;
};

// Collects the keys of a tree that a schema or a plugin has named: a typo in one of those must be
// found. Keys that are the user's own choice, such as names of header fields, are left out.
class KeyWalk {
public:
    explicit KeyWalk(FactoryIndex& index) : index_(index) {}

    void walk(const Schema& schema, const RawNode& node) {
        for (const Schema& option : schema.one_of) {
            if (fits_type(option, node)) {
                return walk(option, node);
            }
        }
        for (const RawMember& member : node.members) {
            walk_member(schema, member);
        }
        for (const RawNode& item : node.items) {
            if (!schema.items.empty()) {
                walk(schema.items.front(), item);
            }
        }
    }

    std::vector<Key> take_keys() { return std::move(keys_); }

private:
    void walk_member(const Schema& schema, const RawMember& member) {
        if (const Schema* property = schema.property(member.key)) {
            keys_.push_back({member.key, member.place});
            walk(*property, member.value);
        } else if (!schema.additional.empty()) {
            walk(schema.additional.front(), member.value);
        } else if (!schema.plugin_kind.empty()) {
            std::string why_not;
            const FactoryInfo* info = index_.find(schema.plugin_kind, member.key, &why_not);
            ASSERT_NE(info, nullptr) << member.key;
            keys_.push_back({member.key, member.place});
            walk(*info->schema, member.value);
        }
    }

    FactoryIndex& index_;
    std::vector<Key> keys_;
};

Schema whole_site_schema(FactoryIndex& index) {
    std::string why_not;
    return joined_site_schema({index.find("berth.protocol/1", "http", &why_not)->schema});
}

// The machine's, with what the protocol knows of the access_log that the machine passes on.
Schema whole_machine_schema(FactoryIndex& index) {
    Schema machine = machine_schema();
    for (auto& [name, property] : machine.properties) {
        if (name == "access_log") {
            property = *whole_site_schema(index).property(name);
        }
    }
    return machine;
}

std::vector<Key> keys_of(const SourceRef& source, const Schema& schema, FactoryIndex& index) {
    Diagnostics diagnostics;
    KeyWalk walk(index);
    for (const RawNode& document : read_yaml(source, testing::outside_of({}), diagnostics)) {
        walk.walk(schema, document);
    }
    EXPECT_TRUE(diagnostics.empty()) << render_text(diagnostics, false);
    return walk.take_keys();
}

// The letter to the right on the keyboard, or to the left at the end of a row.
char neighbour(char letter) {
    constexpr std::string_view kRows = "qwertyuiopo asdfghjklk zxcvbnmn 12345678909 _-";
    const size_t at = kRows.find(letter);
    return at == std::string_view::npos || at + 1 == kRows.size() ? 'x' : kRows[at + 1];
}

struct Typo {
    const char* kind;
    std::string (*make)(std::string word, size_t at);
};
constexpr Typo kTypos[] = {
    {"swap",
     [](std::string word, size_t at) {
         std::swap(word[at], word[at + 1 < word.size() ? at + 1 : at - 1]);
         return word;
     }},
    {"drop", [](std::string word, size_t at) { return word.erase(at, 1); }},
    {"double", [](std::string word, size_t at) { return word.insert(at, 1, word[at]); }},
    {"replace",
     [](std::string word, size_t at) {
         word[at] = neighbour(word[at]);
         return word;
     }},
    {"capital",
     [](std::string word, size_t at) {
         word[at] = static_cast<char>(word[at] - (word[at] >= 'a' && word[at] <= 'z' ? 32 : 0));
         return word;
     }},
};

size_t offset_of(const Place& place) {
    const std::string_view text = place.source->text;
    size_t offset = 0;
    for (uint32_t line = 1; line < place.line; ++line) {
        offset = text.find('\n', offset) + 1;
    }
    for (uint32_t column = 1; column < place.column; ++column) {
        offset += utf8_length(text.substr(offset));
    }
    return offset;
}

// Tries typos in all keys of configurations and keeps those that were not explained.
class Mutation {
public:
    explicit Mutation(FactoryIndex& index) : index_(index) {}

    void try_all(const SourceRef& source, const std::vector<Key>& keys) {
        for (const Key& key : keys) {
            for (const Typo& typo : kTypos) {
                for (size_t at = 0; at < key.name.size(); ++at) {
                    try_one(source, key, typo, at);
                }
            }
        }
    }

    size_t tried = 0, missed = 0;
    std::string misses() const { return misses_.str(); }

private:
    void try_one(const SourceRef& source, const Key& key, const Typo& typo, size_t at) {
        const std::string wrong = typo.make(key.name, at);
        if (wrong == key.name) {
            return;
        }
        std::string text = source->text;
        text.replace(offset_of(key.place), key.name.size(), wrong);
        const Outside nothing = testing::outside_of({});
        Diagnostics diagnostics;
        const Config config =
            load_config_text(make_source(source->name, text), nothing, diagnostics);
        check_config(config, nothing, index_, diagnostics);
        ++tried;
        if (!is_explained(diagnostics, key)) {
            ++missed;
            misses_ << key.place.text() << ": " << typo.kind << ": " << wrong << " for " << key.name
                    << '\n';
        }
    }

    static bool is_explained(const Diagnostics& diagnostics, const Key& key) {
        const std::string meant = "did you mean '" + key.name + "'?";
        for (const Diagnostic& diagnostic : diagnostics.sorted()) {
            const bool here = diagnostic.place.line == key.place.line &&
                              diagnostic.place.column == key.place.column;
            if (here && !diagnostic.help.empty() && diagnostic.help.front() == meant) {
                return true;
            }
        }
        return false;
    }

    FactoryIndex& index_;
    std::ostringstream misses_;
};

void expect_nearly_all_found(const Mutation& mutation) {
    EXPECT_GT(mutation.tried, 100u);
    EXPECT_LE(mutation.missed * 100, mutation.tried)
        << mutation.missed << " of " << mutation.tried << " typos were not explained:\n"
        << mutation.misses();
    ::testing::Test::RecordProperty("tried", static_cast<int>(mutation.tried));
    ::testing::Test::RecordProperty("missed", static_cast<int>(mutation.missed));
}

TEST(MisspeltKeys, of_every_example_are_found_with_the_right_suggestion) {
    testing::ShippedPlugins index;
    ASSERT_EQ(index.problems(), "");
    Mutation mutation(index);
    for (const auto& entry : fs::directory_iterator(BERTH_SOURCE_DIR "/conf/examples")) {
        const SourceRef source =
            make_source(entry.path().filename().string(), testing::file_text(entry.path()));
        mutation.try_all(source, keys_of(source, whole_site_schema(index), index));
    }
    expect_nearly_all_found(mutation);
}

TEST(MisspeltKeys, of_the_machine_are_found_with_the_right_suggestion) {
    testing::ShippedPlugins index;
    const testing::TemporaryDirectory folder;
    fs::create_directory(folder.path("sites.d"));
    folder.file("sites.d/hello.yaml", "site: hello\nhello: {}\n");
    const SourceRef source =
        make_source(folder.path("berth.yaml"), testing::default_machine_text());
    Mutation mutation(index);
    mutation.try_all(source, keys_of(source, whole_machine_schema(index), index));
    expect_nearly_all_found(mutation);
}

}  // namespace
}  // namespace berth
