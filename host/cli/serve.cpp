#include "cli/serve.h"

#include "process/plugin_program.h"
#include "process/privileges.h"
#include "process/supervisor.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace berth {
namespace {

void print_urls(const std::string& title,
                const Snapshot& snapshot,
                const ListenerTable& listeners) {
    std::cout << title << "\n\n";
    for (const SiteConfig& site : snapshot.config.sites) {
        for (const ListenAddress& address : site.listen) {
            const std::string name = snapshot.config.one_shot ? "On this machine" : site.name;
            std::cout << "  " << name << "  " << listeners.url(address) << '\n';
        }
    }
    std::cout << (isatty(STDOUT_FILENO) == 1 ? "\n  Ctrl-C  stop\n" : "") << std::flush;
}

}  // namespace

int serve(ConfigReader reader, ServeOptions options) {
    PluginProgram program;
    SupervisorOptions supervisor;
    supervisor.source = snapshot_source(std::move(reader));
    supervisor.program = &program;
    supervisor.print = [](const std::string& text) { std::cerr << text << std::flush; };
    supervisor.on_serving = [title = options.title](const Snapshot& snapshot,
                                                    const ListenerTable& listeners) {
        print_urls(title, snapshot, listeners);
    };
    supervisor.has_admin = options.has_admin;
    supervisor.setuid = setuid_variable();
    const char* const notify_socket = std::getenv("NOTIFY_SOCKET");
    supervisor.notify_socket = notify_socket == nullptr ? "" : notify_socket;
    return Supervisor(std::move(supervisor)).run();
}

}  // namespace berth
