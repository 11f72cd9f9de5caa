#pragma once

#include "process/generation.h"
#include "process/monotonic_clock.h"
#include "running_supervisor.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>

namespace berth {

// Generations with FakeProgram and real processes, driven by a test in the place of the supervisor.
class FakeGeneration {
public:
    FakeGeneration() {
        // As the supervisor: workers whose zygote is killed are ours to wait for.
        EXPECT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
        resources.identity = resolve_service_user("", "").value();
        resources.start_timeout_ms = 20'000;
        resources.watchdog_ms = 20'000;
    }
    ~FakeGeneration() { end(); }
    FakeGeneration(const FakeGeneration&) = delete;
    FakeGeneration& operator=(const FakeGeneration&) = delete;

    // word: what FakeProgram does.
    Generation& start(const std::string& word, unsigned workers = 2) {
        auto snapshot = std::make_unique<Snapshot>();
        Config& config = snapshot->config;
        config.sites.emplace_back().name = word;
        ListenAddress address;
        address.protocol = "http";
        address.host = "127.0.0.1";
        config.sites[0].listen.push_back(address);
        config.listeners.push_back({address, {0}});
        config.machine.worker_count = workers;
        config.machine.log_level = "error";
        const Config& kept = snapshot->config;
        EXPECT_TRUE(table.bind(kept, workers).ok());
        auto slots = table.slots(kept, workers);
        generation = std::make_unique<Generation>(1, std::move(snapshot), resources);
        EXPECT_TRUE(generation->start(std::move(slots), monotonic_ms()).ok());
        return *generation;
    }
    Generation& serve(unsigned workers = 2) {
        start("good", workers);
        EXPECT_TRUE(until([this] { return generation->is_ready_to_serve(); }));
        generation->serve();
        return *generation;
    }

    void turn(int timeout_ms = 10) {
        WaitSet waits;
        generation->add_waits(waits);
        waits.wait(timeout_ms);
        int status = 0;
        for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0;
             pid = waitpid(-1, &status, WNOHANG)) {
            generation->child_gone(pid, status, monotonic_ms());
        }
        generation->tick(monotonic_ms());
    }
    bool until(const std::function<bool()>& happened) {
        for (int i = 0; i < 3'000 && !happened(); ++i) {
            turn();
        }
        return happened();
    }
    void end() {
        if (generation) {
            generation->kill_all();
            generation->stop(monotonic_ms(), 0);
            EXPECT_TRUE(until([this] { return generation->is_gone(); }));
            generation.reset();
        }
    }
    const WorkerSlot& worker(size_t slot) const { return *generation->workers().at(slot); }

    FakeProgram program;
    Scoreboard scoreboard = Scoreboard::make(16).value();
    std::unique_ptr<CounterPage> page = CounterPage::make(17, 64).value();
    Resources resources{program, scoreboard, *page, nullptr, RowPool(16), {}, {}};
    ListenerTable table;
    std::unique_ptr<Generation> generation;
};

}  // namespace berth
