#include "config/config_loader.h"

#include "config/config_files.h"
#include "config/machine_reader.h"
#include "config/site_reader.h"
#include "config/site_rules.h"
#include "config/yaml_reader.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace berth {
namespace {

namespace fs = std::filesystem;

class ConfigLoader {
public:
    ConfigLoader(const Outside& outside, Diagnostics& diagnostics)
        : outside_(outside), diagnostics_(diagnostics) {
        config_.machine = default_machine();
    }

    void load(const std::string& path) {
        std::error_code code;
        if (!fs::is_directory(path, code)) {
            load_file(path, {});
            return;
        }
        const std::string machine_file = (fs::path(path) / "berth.yaml").string();
        if (fs::exists(machine_file, code)) {
            load_file(machine_file, {});
            return;
        }
        for (const std::string& file : site_files_in(path, diagnostics_)) {
            load_file(file, {});
        }
        if (config_.sources.empty() && !diagnostics_.has_errors()) {
            diagnostics_.error(Problem::kNoSites,
                               {},
                               "no *.yaml in " + path,
                               {"write a site file there, or name another folder"});
        }
    }

    void load_source(const SourceRef& source) {
        const size_t errors = diagnostics_.error_count();
        config_.sources.push_back(source);
        std::vector<RawNode> documents = read_yaml(source, outside_, diagnostics_);
        const bool named = fs::path(source->name).filename() == "berth.yaml";
        if (!nested_ && documents.size() == 1 && documents.front().is_map() &&
            (is_machine_document(documents.front()) ||
             (named && documents.front().find("site") == nullptr))) {
            load_machine(documents.front(), *source);
            return;
        }
        if (documents.empty() && diagnostics_.error_count() == errors && !named) {
            diagnostics_.error(Problem::kNotASite,
                               file_place(source),
                               "this file holds no site",
                               {"a site begins with: site: NAME"});
        }
        for (RawNode& document : documents) {
            load_site(std::move(document));
        }
    }

    Config finish() {
        join_sites(config_, diagnostics_);
        return std::move(config_);
    }

private:
    static Place file_place(const SourceRef& source) {
        Place place;
        place.source = source;
        return place;
    }

    void load_file(const std::string& path, const Place& from) {
        const SourceRef source = read_source(path, from, diagnostics_);
        if (source != nullptr) {
            load_source(source);
        }
    }

    void load_machine(const RawNode& document, const Source& source) {
        MachineFile file = read_machine(document, diagnostics_);
        config_.machine = std::move(file.machine);
        const std::string folder = fs::path(source.name).parent_path().string();
        nested_ = true;
        std::set<std::string> read;
        for (const std::string& pattern : file.site_globs) {
            for (const std::string& path : site_files(folder, pattern, diagnostics_)) {
                if (read.insert(path).second) {
                    load_file(path, file.sites_place);
                }
            }
        }
        if (config_.sources.size() == 1) {
            diagnostics_.warning(Problem::kNoSites,
                                 file.sites_place,
                                 "there are no sites yet",
                                 {"write one: conf/examples shows how"});
        }
    }

    void load_site(RawNode document) {
        std::optional<SiteConfig> site = read_site(std::move(document), diagnostics_);
        if (site && site->enabled) {
            config_.sites.push_back(std::move(*site));
        }
    }

    const Outside& outside_;
    Diagnostics& diagnostics_;
    Config config_;
    bool nested_ = false;  // reading the files that a berth.yaml names
};

}  // namespace

Config load_config(const std::string& path, Diagnostics& diagnostics) {
    return load_config(path, real_outside(), diagnostics);
}

Config load_config(const std::string& path, const Outside& outside, Diagnostics& diagnostics) {
    ConfigLoader loader(outside, diagnostics);
    loader.load(path);
    return loader.finish();
}

Config load_config_text(const SourceRef& source, const Outside& outside, Diagnostics& diagnostics) {
    ConfigLoader loader(outside, diagnostics);
    loader.load_source(source);
    return loader.finish();
}

}  // namespace berth
