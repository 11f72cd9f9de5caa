#include "cli/admin_call.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "config/config_files.h"
#include "config/config_loader.h"
#include "config/json_text.h"
#include "net/socket_address.h"
#include "process/exit_code.h"

#include <CLI/CLI.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

namespace berth {
namespace {

std::string admin_socket_of(const std::string& path) {
    Diagnostics ignored;  // a broken configuration may still have a server that runs
    const std::string socket = load_config(path, ignored).machine.admin_socket;
    return socket.empty() ? default_admin_socket() : socket;
}

Result<UniqueFd> connect_to(const std::string& path) {
    auto address = SocketAddress::unix_path(path);
    if (!address) {
        return address.error();
    }
    UniqueFd socket(sys().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket ||
        sys().connect(socket.get(), address.value().data(), address.value().size()) != 0) {
        return Error{path + ": " + std::strerror(errno), errno};
    }
    return socket;
}

Status send_line(int fd, const std::string& line) {
    size_t done = 0;
    while (done < line.size()) {
        const ssize_t n = sys().send(fd, line.data() + done, line.size() - done, MSG_NOSIGNAL);
        if (n <= 0) {
            return Error{std::string("cannot ask the server: ") + std::strerror(errno), errno};
        }
        done += static_cast<size_t>(n);
    }
    return Done{};
}

Result<std::string> receive_line(int fd) {
    std::string line;
    std::array<char, 4096> bytes;
    while (line.empty() || line.back() != '\n') {
        const ssize_t n = sys().recv(fd, bytes.data(), bytes.size(), 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return Error{"the server ended without an answer"};
        }
        line.append(bytes.data(), static_cast<size_t>(n));
    }
    line.pop_back();
    return line;
}

std::string request_line(const std::map<std::string, std::string>& request) {
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : request) {
        json.member(name, value);
    }
    return json.end_object().text() + "\n";
}

}  // namespace

void AdminTarget::add_options(CLI::App& app) {
    app.add_option("--socket", socket, "Admin socket of the server")->type_name("PATH");
    app.add_option("-c,--config", config, "Configuration of the server, for its admin socket")
        ->type_name("FILE");
}

std::string AdminTarget::path() const {
    if (!socket.empty()) {
        return socket;
    }
    if (!config.empty()) {
        return admin_socket_of(config);
    }
    struct stat info {};
    return sys().stat(kMachineFile, &info) == 0 ? admin_socket_of(kMachineFile)
                                                : default_admin_socket();
}

Result<AdminAnswer> call_admin(const std::string& path,
                               const std::map<std::string, std::string>& request) {
    auto socket = connect_to(path);
    if (!socket) {
        return socket.error();
    }
    if (Status sent = send_line(socket.value().get(), request_line(request)); !sent) {
        return sent.error();
    }
    const auto line = receive_line(socket.value().get());
    if (!line) {
        return line.error();
    }
    return parse_admin_answer(line.value());
}

int call_and_print(const AdminTarget& target, const std::map<std::string, std::string>& request) {
    const auto answer = call_admin(target.path(), request);
    if (!answer) {
        std::cerr << "error: no server answers: " << answer.error().message << '\n'
                  << "   = is it running, and may you use its socket? Another one: --socket PATH\n";
        return kExitUnreachable;
    }
    std::cout << answer.value().out;
    std::cerr << answer.value().err;
    return answer.value().exit;
}

}  // namespace berth
