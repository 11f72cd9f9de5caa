#include "cli/serve.h"

#include "cli/one_shot_screen.h"
#include "cli/qr_code.h"
#include "process/plugin_program.h"
#include "process/privileges.h"
#include "process/supervisor.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace berth {
namespace {

bool is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

// Where others reach what is not for this machine alone.
void print_network_urls(const ListenAddress& address, const std::string& url) {
    const bool everywhere =
        !address.is_unix() &&
        (address.host.empty() || address.host == "0.0.0.0" || address.host == "::");
    if (!everywhere) {
        return;
    }
    std::string first;
    for (const std::string& other : network_addresses()) {
        if (address.host == "0.0.0.0" && other.find(':') != std::string::npos) {
            continue;
        }
        const std::string shown = network_url(url, other);
        first = first.empty() ? shown : first;
        std::cout << "  On your network  " << shown << '\n';
    }
    if (is_terminal() && !first.empty()) {
        std::cout << '\n' << qr_code(first);
    }
}

void print_urls(const ServeOptions& options,
                const Snapshot& snapshot,
                const ListenerTable& listeners) {
    std::cout << options.title << "\n\n";
    const bool one_shot = snapshot.config.one_shot;
    for (const SiteConfig& site : snapshot.config.sites) {
        for (const ListenAddress& address : site.listen) {
            const std::string url = listeners.url(address);
            std::cout << "  " << (one_shot ? "On this machine" : site.name) << "  " << url << '\n';
            if (one_shot) {
                print_network_urls(address, url);
            }
        }
    }
    if (is_terminal()) {
        std::cout << "\n  " << options.hints << "Ctrl-C  stop\n";
    }
    std::cout << std::flush;
}

}  // namespace

int serve(ConfigReader reader, ServeOptions options) {
    PluginProgram program;
    SupervisorOptions supervisor;
    supervisor.source = snapshot_source(std::move(reader));
    supervisor.program = &program;
    supervisor.print = [](const std::string& text) { std::cerr << text << std::flush; };
    supervisor.on_serving = [options](const Snapshot& snapshot, const ListenerTable& listeners) {
        print_urls(options, snapshot, listeners);
    };
    supervisor.has_admin = options.has_admin;
    supervisor.setuid = setuid_variable();
    const char* const notify_socket = std::getenv("NOTIFY_SOCKET");
    supervisor.notify_socket = notify_socket == nullptr ? "" : notify_socket;
    return Supervisor(std::move(supervisor)).run();
}

}  // namespace berth
