#pragma once

#include "process/generation.h"
#include "process/listener_table.h"
#include "process/reload.h"
#include "process/resources.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// What `berth status` shows.
struct StatusFacts {
    const std::vector<std::unique_ptr<Generation>>& generations;
    const ListenerTable& listeners;
    const Resources& resources;
    const Reload& reload;
    const Generation* serving;  // nullptr: nobody yet, or no more
    uint64_t started_ms, now_ms;
};

// "ready", "starting" or "vacant".
std::string_view state_name(WorkerSlot::State state);

std::string status_text(const StatusFacts& facts);
std::string status_json(const StatusFacts& facts);

// "generation 2   + site hello   http://127.0.0.1:8080/", a line for each site that came or went.
std::string describe_change(const Config& before,
                            const Config& now,
                            uint64_t generation,
                            const ListenerTable& listeners);

}  // namespace berth
