#pragma once

#include "cli/command.h"
#include "config/one_shot.h"

#include <optional>
#include <string>
#include <vector>

namespace berth {

// `berth hello`: serves one plugin without a file. Options that the host does not know are settings
// of the plugin, so that a plugin brings its own. argument: the setting that a word without dashes
// is, for `berth file DIR`; empty: no such word is taken.
class OneShotCommand final : public Command {
public:
    OneShotCommand(std::string plugin, std::string summary, std::string argument = {})
        : Command(std::move(plugin), std::move(summary)), argument_(std::move(argument)) {}

    void add_options(CLI::App& app) override;
    int run() override;

private:
    CLI::App* app_ = nullptr;
    std::string argument_;
};

// `--port 9090`, `--port=9090` and `--tls` (which is true). One word that is no option is the
// setting `argument`. Nothing when there is another: then that word is in *stray.
std::optional<OneShot> parse_one_shot(const std::string& plugin,
                                      const std::vector<std::string>& words,
                                      std::string* stray,
                                      const std::string& argument = {});

}  // namespace berth
