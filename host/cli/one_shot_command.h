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
    OneShotCommand(std::string plugin, std::string summary)
        : Command(std::move(plugin), std::move(summary)) {}

    void add_options(CLI::App& app) override;
    int run() override;

private:
    CLI::App* app_ = nullptr;
};

// `--port 9090`, `--port=9090` and `--tls` (which is true). Nothing when a word is no option: then
// that word is in *stray.
std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* stray);

}  // namespace berth
