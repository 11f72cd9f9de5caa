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
    // settings: lines of --help about those of the plugin. folder: that is shared, for `berth file
    // DIR`.
    OneShotCommand(std::string plugin,
                   std::string summary,
                   std::string settings,
                   OneShot::Argument folder = {})
        : Command(std::move(plugin), std::move(summary)),
          settings_(std::move(settings)),
          folder_(std::move(folder)) {}

    void add_options(CLI::App& app) override;
    int run() override;

private:
    std::string name_folder(const OneShot& command) const;

    CLI::App* app_ = nullptr;
    const std::string settings_;
    const OneShot::Argument folder_;
};

// `--port 9090`, `--port=9090` and `--tls` (which is true). One word without dashes is the
// argument. Nothing where that makes no sense: *problem says why.
std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* problem,
                                      const OneShot::Argument& argument = {});

}  // namespace berth
