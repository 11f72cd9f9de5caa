#include "running_supervisor.h"

#include "net/socket_address.h"
#include "process/control.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

namespace berth {
namespace {

void check(bool good, const char* what) {
    if (!good) {
        throw std::runtime_error(what);
    }
}

std::string read_all(int fd) {
    std::string text;
    char bytes[512];
    for (ssize_t count = read(fd, bytes, sizeof bytes); count > 0;
         count = read(fd, bytes, sizeof bytes)) {
        text.append(bytes, static_cast<size_t>(count));
    }
    return text;
}

int leading_number(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string descriptor_kinds() {
    std::multiset<std::string> kinds;
    DIR* folder = opendir("/proc/self/fd");
    while (const dirent* entry = readdir(folder)) {
        const int fd = leading_number(entry->d_name);
        char target[256] = {};
        if (fd <= 2 || fd == dirfd(folder) ||
            readlink(("/proc/self/fd/" + std::string(entry->d_name)).c_str(),
                     target,
                     sizeof target - 1) <= 0) {
            continue;
        }
        const std::string text = target;
        kinds.insert(text.substr(0, text.find(':')));
    }
    closedir(folder);
    std::string all;
    for (const std::string& kind : kinds) {
        all += (all.empty() ? "" : " ") + kind;
    }
    return all;
}

class FakeWorker {
public:
    FakeWorker(WorkerSetup setup, std::string descriptors_of_zygote)
        : setup_(std::move(setup)),
          control_(std::move(setup_.control), ControlRoute::kToWorker),
          descriptors_of_zygote_(std::move(descriptors_of_zygote)) {}

    int run() {
        ControlMessage ready;
        ready.type = ControlType::kReady;
        if (!control_.send(ready)) {
            return 1;
        }
        uint64_t beats = 0;
        while (!is_done()) {
            setup_.scoreboard->row(setup_.row).heartbeat_ms = ++beats;
            std::vector<pollfd> waits{{control_.fd(), POLLIN, 0}};
            for (const auto& listener : accepting_) {
                waits.push_back({listener.second.get(), POLLIN, 0});
            }
            for (const UniqueFd& connection : connections_) {
                waits.push_back({connection.get(), POLLIN, 0});
            }
            poll(waits.data(), waits.size(), -1);
            obey();
            accept_some();
            for (UniqueFd& connection : connections_) {
                answer(connection);
            }
            std::erase_if(connections_, [](const UniqueFd& connection) { return !connection; });
        }
        return 0;
    }

private:
    bool is_done() const { return at_once_ || (leaving_ && connections_.empty()); }

    void obey() {
        for (auto received = control_.receive();
             received.outcome != ControlChannel::Outcome::kAgain;
             received = control_.receive()) {
            const bool message = received.outcome == ControlChannel::Outcome::kMessage;
            const bool leaves = !message || received.message.type == ControlType::kDrain ||
                                received.message.type == ControlType::kStop;
            if (leaves) {
                leaving_ = true;
                at_once_ = !message || received.message.value == 0;
                setup_.listeners.clear();
                accepting_.clear();
            }
            if (!message) {
                return;
            }
            if (received.message.type == ControlType::kServe) {
                accepting_ = std::move(setup_.listeners);
            }
        }
    }

    void accept_some() {
        for (const auto& listener : accepting_) {
            UniqueFd connection(accept4(listener.second.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (connection) {
                connections_.push_back(std::move(connection));
            }
        }
    }

    void answer(UniqueFd& connection) {
        char question = 0;
        const ssize_t count = recv(connection.get(), &question, 1, MSG_DONTWAIT);
        if (count == 0) {
            connection.reset();
        }
        if (count <= 0) {
            return;
        }
        if (question == 'c') {
            setup_.scoreboard->row(setup_.row).stamp = 7;
            raise(SIGSEGV);
        }
        const std::string text = about(question) + "\n";
        if (write(connection.get(), text.data(), text.size()) < 0) {
            connection.reset();
        }
    }

    std::string about(char question) const {
        switch (question) {
            case 'p':
                return std::to_string(getpid());
            case 'g':
                return std::to_string(setup_.generation);
            case 's':
                return std::to_string(setup_.slot);
            case 'u':
                return std::to_string(getuid());
            case 'f':
                return descriptor_kinds();
            case 'z':
                return descriptors_of_zygote_;
            case 'q':
                return setup_.quarantined.empty() ? "none" : setup_.quarantined.front();
            default:
                return "?";
        }
    }

    WorkerSetup setup_;
    ControlChannel control_;
    const std::string descriptors_of_zygote_;
    std::vector<std::pair<uint32_t, UniqueFd>> accepting_;
    std::vector<UniqueFd> connections_;
    bool leaving_ = false, at_once_ = false;
};

}  // namespace

Result<std::string> FakeProgram::prepare(const Snapshot& snapshot, const Step& step) {
    step("loading acme/geo");
    const std::string& word = snapshot.config.sites.front().name;
    if (word == "crash") {
        abort();
    }
    if (word == "hang") {
        pause();
    }
    if (word == "exit") {
        _exit(0);
    }
    if (word == "reject-silently") {
        return Error{};
    }
    if (word == "reject") {
        return Error{"site.yaml:1:1: error[C103]: wrong\n", 3};
    }
    descriptors_of_zygote_ = descriptor_kinds();
    in_worker_ = word;
    return std::string("7 acme/geo\n");
}

int FakeProgram::work(WorkerSetup setup) {
    const bool hangs = in_worker_ == "hang-in-worker" ||
                       (!setup.quarantined.empty() && setup.quarantined.front() == "hang");
    if (hangs || in_worker_ == "crash-in-worker") {
        setup.scoreboard->row(setup.row).stamp = 7;
        hangs ? pause() : raise(SIGSEGV);
    }
    if (in_worker_ == "reject-in-worker") {
        ControlMessage message;
        message.type = ControlType::kRejected;
        message.value = 4;
        message.text = "no instance";
        (void)ControlChannel(std::move(setup.control), ControlRoute::kToWorker).send(message);
        return 4;
    }
    return FakeWorker(std::move(setup), descriptors_of_zygote_).run();
}

RunningSupervisor::RunningSupervisor(unsigned workers,
                                     const std::function<void(SupervisorOptions&)>& change) {
    char name[] = "/tmp/berth-test-XXXXXX";
    check(mkdtemp(name) != nullptr, "mkdtemp");
    folder_ = name;
    configure("good", workers);
    int ready[2];
    check(pipe(ready) == 0, "pipe");
    pid_ = fork();
    if (pid_ == 0) {
        close(ready[0]);
        _exit(serve(change, ready[1]));
    }
    close(ready[1]);
    // The port, a line end, and what was printed; the pipe stays open in the supervisor until it
    // serves or ends.
    const std::string text = read_all(ready[0]);
    close(ready[0]);
    port_ = static_cast<uint16_t>(leading_number(text));
    printed_ = text.substr(std::min(text.size(), text.find('\n') + 1));
}

RunningSupervisor::~RunningSupervisor() {
    if (pid_ > 0) {
        kill(pid_, SIGINT);
        wait();
    }
    std::filesystem::remove_all(folder_);
}

void RunningSupervisor::configure(const std::string& word, unsigned workers) {
    std::ofstream(folder_ + "/next") << word << ' ' << workers << '\n';
    std::filesystem::rename(folder_ + "/next", folder_ + "/configuration");
}

std::unique_ptr<Snapshot> RunningSupervisor::read_configuration() const {
    auto snapshot = std::make_unique<Snapshot>();
    Config& config = snapshot->config;
    SiteConfig site;
    std::ifstream(folder_ + "/configuration") >> site.name >> config.machine.worker_count;
    ListenAddress address;
    address.protocol = "http";
    address.host = "127.0.0.1";
    site.listen.push_back(address);
    config.sites.push_back(site);
    config.listeners.push_back({address, {0}});
    config.machine.admin_socket = admin_path();
    config.machine.stop_ms = 20'000;
    config.machine.log_level = "error";
    return snapshot;
}

int RunningSupervisor::serve(const std::function<void(SupervisorOptions&)>& change, int ready) {
    FakeProgram program;
    SupervisorOptions options;
    options.program = &program;
    options.source = [this]() -> Result<std::unique_ptr<Snapshot>> {
        auto snapshot = read_configuration();
        if (snapshot->config.sites.front().name == "broken") {
            return Error{"site.yaml:2:1: error[C101]: broken\n", 3};
        }
        return snapshot;
    };
    std::string printed;
    bool served = false;
    options.print = [&](const std::string& text) { printed += text; };
    options.on_serving = [&](const Snapshot& snapshot, const ListenerTable& listeners) {
        const std::string url = listeners.url(snapshot.config.listeners.front().address);
        const std::string text = url.substr(url.rfind(':') + 1) + "\n" + printed;
        check(write(ready, text.data(), text.size()) > 0, "write");
        close(ready);
        served = true;
    };
    if (change) {
        change(options);
    }
    const int code = Supervisor(std::move(options)).run();
    if (!served) {
        const std::string text = "\n" + printed;
        check(write(ready, text.data(), text.size()) > 0, "write");
    }
    return code;
}

UniqueFd RunningSupervisor::connect() const {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = SocketAddress::ip("127.0.0.1", port_).value();
    if (::connect(fd.get(), address.data(), address.size()) != 0) {
        fd.reset();
    }
    return fd;
}

std::string RunningSupervisor::ask(const UniqueFd& connection, char question) {
    if (!connection || write(connection.get(), &question, 1) != 1) {
        return "";
    }
    std::string line;
    char letter = 0;
    while (read(connection.get(), &letter, 1) == 1 && letter != '\n') {
        line += letter;
    }
    return line;
}

std::string RunningSupervisor::ask(char question) const {
    return ask(connect(), question);
}

bool RunningSupervisor::is_refused() const {
    return !connect();
}

AdminAnswer RunningSupervisor::command(const std::string& name) const {
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = SocketAddress::unix_path(admin_path()).value();
    check(::connect(fd.get(), address.data(), address.size()) == 0, "admin socket");
    const std::string request = "{\"command\": \"" + name + "\"}\n";
    check(write(fd.get(), request.data(), request.size()) > 0, "admin request");
    std::string line;
    char letter = 0;
    while (read(fd.get(), &letter, 1) == 1 && letter != '\n') {
        line += letter;
    }
    auto answer = parse_admin_answer(line);
    check(answer.ok(), "admin answer");
    return answer.value();
}

void RunningSupervisor::signal(int number) const {
    kill(pid_, number);
}

int RunningSupervisor::wait() {
    int status = 0;
    check(waitpid(pid_, &status, 0) == pid_, "waitpid");
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace berth
