#include "process/admin_server.h"

#include "base/log.h"
#include "base/sys.h"
#include "config/json_text.h"
#include "net/bind_socket.h"
#include "net/socket_address.h"
#include "process/exit_code.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace berth {
namespace {

constexpr size_t kCallersMax = 32;
constexpr size_t kLineMax = 64 * 1024;
constexpr size_t kOutputMax = 4 * 1024 * 1024;
constexpr unsigned kUnansweredMax = 16;

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

std::string member(const std::map<std::string, std::string>& members, const std::string& name) {
    const auto found = members.find(name);
    return found == members.end() ? "" : found->second;
}

// A folder in /tmp may have been put there by somebody else.
Status check_folder(const std::string& folder) {
    struct stat info {};
    if (sys().lstat(folder.c_str(), &info) != 0) {
        return Error{folder + ": " + strerror(errno), errno};
    }
    const bool trusted = S_ISDIR(info.st_mode) && (info.st_uid == geteuid() || info.st_uid == 0);
    if (!trusted) {
        return Error{folder + " belongs to somebody else; set admin.socket", EPERM};
    }
    return Done{};
}

void log_caller(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (sys().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) {
        log_info("admin: connection of uid ", peer.uid, " (pid ", peer.pid, ")");
    }
}

}  // namespace

Result<AdminRequest> parse_admin_request(const std::string& line) {
    auto members = parse_json_object(line);
    if (!members) {
        return members.error();
    }
    AdminRequest request;
    request.command = member(members.value(), "command");
    if (request.command.empty()) {
        return Error{"a request has a `command`"};
    }
    request.fields = std::move(members).value();
    return request;
}

std::string write_admin_answer(const AdminAnswer& answer) {
    JsonWriter json;
    json.begin_object()
        .member("exit", answer.exit)
        .member("out", answer.out)
        .member("err", answer.err);
    if (!answer.status.empty()) {
        json.key("status").raw(answer.status);
    }
    return json.end_object().text();
}

Result<AdminAnswer> parse_admin_answer(const std::string& line) {
    auto members = parse_json_object(line);
    if (!members) {
        return members.error();
    }
    AdminAnswer answer;
    const std::string exit = member(members.value(), "exit");
    const auto end = exit.data() + exit.size();
    if (exit.empty() || std::from_chars(exit.data(), end, answer.exit).ptr != end) {
        return Error{"an answer without `exit`"};
    }
    answer.out = member(members.value(), "out");
    answer.err = member(members.value(), "err");
    answer.status = member(members.value(), "status");
    return answer;
}

Result<std::unique_ptr<AdminServer>> AdminServer::open(const std::string& path, gid_t group) {
    const std::string folder = folder_of(path);
    const mode_t mode = geteuid() == 0 ? 0755 : 0700;
    if (sys().mkdir(folder.c_str(), mode) != 0 && errno != EEXIST) {
        return Error{folder + ": " + strerror(errno), errno};
    }
    if (Status trusted = check_folder(folder); !trusted) {
        return trusted.error();
    }
    auto address = SocketAddress::unix_path(path);
    if (!address) {
        return address.error();
    }
    BindOptions options;
    options.backlog = kCallersMax;
    options.unix_mode = 0660;
    auto socket = bind_socket(address.value(), options);
    if (!socket) {
        return socket.error();
    }
    if (geteuid() == 0) {
        sys().chown(path.c_str(), 0, group);
    }
    return std::unique_ptr<AdminServer>(new AdminServer(path, std::move(socket).value()));
}

AdminServer::~AdminServer() {
    sys().unlink(path_.c_str());
}

bool AdminServer::Caller::may_ask() const {
    return !ended && unanswered < kUnansweredMax;
}

WaitSet::For AdminServer::Caller::waits_for() const {
    const unsigned reading = may_ask() ? 1 : 0;
    return static_cast<WaitSet::For>(reading | (output.empty() ? 0u : 2u));
}

void AdminServer::add_waits(WaitSet& waits) {
    std::erase_if(callers_, [](const auto& caller) { return !caller->socket; });
    waits.add(listener_.get(), [this] { accept_caller(); });
    for (const auto& caller : callers_) {
        waits.add(
            caller->socket.get(), [this, &one = *caller] { on_ready(one); }, caller->waits_for());
    }
}

void AdminServer::accept_caller() {
    UniqueFd socket(sys().accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket || !make_room()) {
        return;
    }
    log_caller(socket.get());
    auto caller = std::make_unique<Caller>();
    caller->id = ++last_id_;
    caller->socket = std::move(socket);
    callers_.push_back(std::move(caller));
}

// Connections that ask nothing must not keep out the one that says `stop`.
bool AdminServer::make_room() {
    if (callers_.size() < kCallersMax) {
        return true;
    }
    const auto idle = std::find_if(callers_.begin(), callers_.end(), [](const auto& caller) {
        return caller->socket && caller->unanswered == 0;
    });
    if (idle != callers_.end()) {
        (*idle)->socket.reset();
    }
    return idle != callers_.end();
}

void AdminServer::on_ready(Caller& caller) {
    if (caller.waits_for() == WaitSet::For::kEnd) {
        caller.socket.reset();
        return;
    }
    flush(caller);
    read(caller);
    let_go(caller);
}

void AdminServer::read(Caller& caller) {
    std::array<char, 4096> bytes;
    while (caller.socket && caller.may_ask()) {
        const ssize_t count = sys().recv(caller.socket.get(), bytes.data(), bytes.size(), 0);
        if (count < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                caller.socket.reset();
            }
            return;
        }
        caller.ended = count == 0;
        caller.input.append(bytes.data(), static_cast<size_t>(count));
        take_lines(caller);
    }
}

void AdminServer::take_lines(Caller& caller) {
    size_t begin = 0;
    for (size_t end = caller.input.find('\n'); end != std::string::npos;
         end = caller.input.find('\n', begin)) {
        auto request = parse_admin_request(caller.input.substr(begin, end - begin));
        begin = end + 1;
        ++caller.unanswered;
        if (request) {
            request.value().caller = caller.id;
            requests_.push_back(std::move(request).value());
        } else {
            answer(caller.id, {kExitUsage, "", "error: " + request.error().message + "\n", ""});
        }
    }
    caller.input.erase(0, begin);
    if (caller.input.size() > kLineMax) {
        caller.socket.reset();
    }
}

void AdminServer::answer(uint64_t caller, const AdminAnswer& answer) {
    const auto found = std::find_if(
        callers_.begin(), callers_.end(), [caller](const auto& one) { return one->id == caller; });
    if (found == callers_.end() || !(*found)->socket) {
        return;
    }
    Caller& waiting = **found;
    waiting.unanswered -= std::min(waiting.unanswered, 1u);
    waiting.output += write_admin_answer(answer) + '\n';
    flush(waiting);
    let_go(waiting);
}

void AdminServer::flush(Caller& caller) {
    while (caller.socket && !caller.output.empty()) {
        const ssize_t count = sys().send(
            caller.socket.get(), caller.output.data(), caller.output.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            if (count < 0 && errno != EAGAIN && errno != EINTR) {
                caller.socket.reset();
            }
            return;
        }
        caller.output.erase(0, static_cast<size_t>(count));
    }
}

void AdminServer::let_go(Caller& caller) {
    const bool does_not_read = caller.output.size() > kOutputMax;
    if (does_not_read || (caller.ended && caller.unanswered == 0 && caller.output.empty())) {
        caller.socket.reset();
    }
}

std::string default_admin_socket() {
    if (geteuid() == 0) {
        return "/run/berth/admin.sock";
    }
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && runtime[0] == '/') {
        return std::string(runtime) + "/berth/admin.sock";
    }
    return "/tmp/berth-" + std::to_string(geteuid()) + "/admin.sock";
}

}  // namespace berth
