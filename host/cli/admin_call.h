#pragma once

#include "base/result.h"
#include "process/admin_server.h"

#include <map>
#include <string>

namespace CLI {
class App;
}

namespace berth {

// Which server a command speaks to.
struct AdminTarget {
    std::string socket;  // --socket
    std::string config;  // -c: the server of that configuration

    void add_options(CLI::App& app);
    // The socket's path: that of the options, else of the machine's configuration, else the usual
    // one.
    std::string path() const;
};

// Sends one command and waits for its answer.
Result<AdminAnswer> call_admin(const std::string& path,
                               const std::map<std::string, std::string>& request);

// The same for a person: prints the answer and returns the exit code.
int call_and_print(const AdminTarget& target, const std::map<std::string, std::string>& request);

}  // namespace berth
