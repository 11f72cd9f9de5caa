#pragma once

#include "base/unique_fd.h"
#include "process/supervisor.h"

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace berth {

// A program whose workers answer one-letter questions over TCP, and do on demand what real ones do
// by mistake. Its configuration is one word, the name of the only site. "reject",
// "reject-silently", "exit", "crash" and "hang" happen while it loads, "hang-in-worker",
// "crash-in-worker" and "reject-in-worker" before a worker is READY.
//   p: pid   g: generation   q: quarantined plugins   f: descriptors   z: descriptors of the zygote
//   s: slot u: uid   c: crash in acme/geo
class FakeProgram final : public ZygoteProgram {
public:
    Result<std::string> prepare(const Snapshot& snapshot, const Step& step) override;
    int work(WorkerSetup setup) override;

private:
    std::string descriptors_of_zygote_, in_worker_;
};

// A supervisor in a child process, serving FakeProgram on a free port of loopback.
class RunningSupervisor {
public:
    explicit RunningSupervisor(unsigned workers = 2,
                               const std::function<void(SupervisorOptions&)>& change = {});
    ~RunningSupervisor();

    // The configuration that the next reload reads.
    void configure(const std::string& word, unsigned workers = 2);
    // One question on a connection of its own; waits as long as it takes. Empty: the worker died.
    std::string ask(char question) const;
    // An open connection, for questions later.
    UniqueFd connect() const;
    static std::string ask(const UniqueFd& connection, char question);
    bool is_refused() const;

    AdminAnswer command(const std::string& name) const;
    void signal(int number) const;
    // Waits for its end. The exit code, or -signal.
    int wait();
    pid_t pid() const { return pid_; }
    const std::string& printed() const { return printed_; }
    std::string folder() const { return folder_; }

private:
    int serve(const std::function<void(SupervisorOptions&)>& change, int ready);
    std::unique_ptr<Snapshot> read_configuration() const;
    std::string admin_path() const { return folder_ + "/admin.sock"; }

    std::string folder_, printed_;
    pid_t pid_ = 0;
    uint16_t port_ = 0;
};

}  // namespace berth
