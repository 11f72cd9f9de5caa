#include "file_config.h"

#include "candidates.h"

#include "berth/cpp/text.hpp"

#include <array>
#include <utility>

namespace berth::file {
namespace {

constexpr std::array<std::pair<std::string_view, Sibling>, 3> kSiblings = {
    {{"br", {sdk::Coding::kBrotli, ".br"}},
     {"zst", {sdk::Coding::kZstd, ".zst"}},
     {"gz", {sdk::Coding::kGzip, ".gz"}}}};
constexpr std::array<std::pair<std::string_view, ListingEngine>, 3> kEngines = {
    {{"base", ListingEngine::kBase},
     {"apache", ListingEngine::kApache},
     {"legacy", ListingEngine::kLegacy}}};

// Reports through the node that is wrong and remembers that something was.
class Reader {
public:
    Reader(const sdk::Config& given, FileConfig& out) : given_(given), out_(out) {}

    berth_status read(std::string_view system_types) {
        read_paths();
        read_caching();
        read_types(system_types);
        read_error_pages();
        read_listing();
        for (const sdk::Config end : given_["precompressed"]) {
            for (const auto& [name, sibling] : kSiblings) {
                if (end.text() == name) {
                    out_.siblings.push_back(sibling);
                }
            }
        }
        out_.hidden = given_["hidden"].boolean();
        out_.cors = given_["cors"].boolean();
        out_.upload = given_["upload"].boolean();
        return status_;
    }

private:
    void refuse(const sdk::Config& node, std::string_view why) { status_ = node.fail(why); }
    void refuse_type(const sdk::Config& type) {
        refuse(type, "'" + std::string(type.text()) + "' is no media type, such as text/plain");
    }

    void read_paths() {
        for (const sdk::Config name : given_["index"]) {
            out_.index.emplace_back(name.text());
        }
        for (const sdk::Config text : given_["try"]) {
            if (auto made = PathTemplate::parse(text.text())) {
                out_.tries.push_back(std::move(*made));
            } else {
                refuse(text, "only {path} has a meaning in braces; {{ and }} are braces");
            }
        }
        if (out_.tries.size() * (out_.index.size() + 1) > kCandidatesMax) {
            refuse(given_["index"],
                   "index and try make more than " + std::to_string(kCandidatesMax) +
                       " files of one path; name fewer in one of them");
        }
        for (const sdk::Config rule : given_["path_regex"]) {
            if (const std::string problem = out_.patterns.add(rule.text()); !problem.empty()) {
                refuse(rule, problem);
            }
        }
    }

    void read_caching() {
        const sdk::Config cache = given_["cache"];
        const bool immutable = given_["immutable"].boolean();
        if (!cache) {
            if (immutable) {
                refuse(given_["immutable"], "immutable needs cache, which says for how long");
            }
            return;
        }
        out_.cache_seconds = cache.duration().count() / 1000;
        if (out_.cache_seconds == 0) {
            out_.cache_control = out_.users_cache_control = "no-cache";
            return;
        }
        const std::string age =
            ", max-age=" + std::to_string(out_.cache_seconds) + (immutable ? ", immutable" : "");
        out_.cache_control = "public" + age;
        out_.users_cache_control = "private" + age;
    }

    void read_types(std::string_view system_types) {
        out_.types = MimeTypes(std::string(given_["charset"].text()));
        out_.types.add_table(system_types);
        const sdk::Config types = given_["types"];
        for (uint32_t i = 0; i < types.count(); ++i) {
            std::string_view end;
            const sdk::Config type = types.at(i, &end);
            if (!out_.types.add(end.substr(end.substr(0, 1) == "." ? 1 : 0), type.text())) {
                refuse_type(type);
            }
        }
        out_.default_type = given_["default_type"].text();
        if (!is_media_type(out_.default_type)) {
            refuse_type(given_["default_type"]);
        }
    }

    void read_error_pages() {
        const sdk::Config pages = given_["error_pages"];
        for (uint32_t i = 0; i < pages.count(); ++i) {
            std::string_view key;
            const sdk::Config page = pages.at(i, &key);
            const auto status = sdk::parse_decimal(key);
            if (!status || (*status != 403 && *status != 404)) {
                refuse(page,
                       "no page of its own for " + std::string(key) + ": 403 and 404 have one");
                continue;
            }
            out_.error_pages[static_cast<uint32_t>(*status)] = page.text();
        }
    }

    void read_listing() {
        out_.list = given_["list_dirs"].boolean();
        for (const auto& [name, engine] : kEngines) {
            out_.engine = given_["list_engine"].text() == name ? engine : out_.engine;
        }
        for (const sdk::Config url : given_["style_urls"]) {
            out_.style_urls.emplace_back(url.text());
        }
    }

    const sdk::Config& given_;
    FileConfig& out_;
    berth_status status_ = BERTH_OK;
};

}  // namespace

berth_status read_config(const sdk::Config& given, std::string_view system_types, FileConfig& out) {
    return Reader(given, out).read(system_types);
}

}  // namespace berth::file
