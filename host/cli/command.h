#pragma once

#include <string>

namespace CLI {
class App;
}

namespace berth {

// One `berth NAME`: its options and what it does.
class Command {
public:
    Command(std::string name, std::string summary)
        : name_(std::move(name)), summary_(std::move(summary)) {}
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    const std::string& name() const { return name_; }
    const std::string& summary() const { return summary_; }

    virtual void add_options(CLI::App& app) = 0;
    // After the options have been read. Returns the exit code.
    virtual int run() = 0;

private:
    const std::string name_, summary_;
};

}  // namespace berth
