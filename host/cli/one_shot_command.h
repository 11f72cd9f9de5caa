#pragma once

#include "cli/command.h"
#include "config/one_shot.h"

#include <optional>
#include <string>
#include <vector>

namespace berth {

// `berth hello`: serves one plugin without a file. Options that the host does not know are settings
// of the plugin, so that a plugin brings its own.
class OneShotCommand final : public Command {
public:
    // The folder that is shared, for `berth file DIR`: its setting, which a word without dashes is,
    // and its variable. Empty: there is none.
    struct Folder {
        std::string setting, variable;
    };

    // settings: lines of --help about those of the plugin.
    OneShotCommand(std::string plugin,
                   std::string summary,
                   std::string settings,
                   Folder folder = {})
        : Command(std::move(plugin), std::move(summary)),
          settings_(std::move(settings)),
          folder_(std::move(folder)) {}

    void add_options(CLI::App& app) override;
    int run() override;

private:
    std::string name_folder(OneShot& command) const;

    CLI::App* app_ = nullptr;
    const std::string settings_;
    const Folder folder_;
};

// `--port 9090`, `--port=9090` and `--tls` (which is true). One word that is no option is the
// setting `argument`. Nothing when there is another: then that word is in *stray.
std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* stray,
                                      const std::string& argument = {});

}  // namespace berth
