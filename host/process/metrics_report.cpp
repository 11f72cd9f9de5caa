#include "process/metrics_report.h"

#include "base/counter_page.h"
#include "process/metric_name.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace berth {
namespace {

using Sums = std::map<std::string, uint64_t>;

// Workers may have written anything: sums of these wrap around, and nothing else depends on them.
LiveCount live_in_workers(const StatusFacts& facts, LiveKind kind) {
    LiveCount sum;
    for (const auto& generation : facts.generations) {
        for (const auto& worker : generation->workers()) {
            if (worker->row() < facts.resources.scoreboard.size()) {
                const LiveCount one = facts.resources.scoreboard.row(worker->row()).live(kind);
                sum.objects += one.objects;
                sum.bytes += one.bytes;
            }
        }
    }
    return sum;
}

// Objects that hold a descriptor each; what is left over of kFd is poller, control, files and the
// like.
constexpr LiveKind kDescriptorKinds[] = {
    LiveKind::kConnection, LiveKind::kListener, LiveKind::kDatagramSocket, LiveKind::kSink};

std::string labelled(std::string_view name, std::string_view label, std::string_view value) {
    return std::string(name) + "{" + std::string(label) + "=\"" + std::string(value) + "\"}";
}

void add_live(Sums& sums, const StatusFacts& facts) {
    for (size_t i = 0; i < kLiveKinds; ++i) {
        const auto kind = static_cast<LiveKind>(i);
        const LiveCount count = live_in_workers(facts, kind);
        sums[labelled("berth_objects_live", "type", live_name(kind))] = count.objects;
        sums[labelled("berth_bytes_live", "pool", live_name(kind))] = count.bytes;
    }
    uint64_t others = live_in_workers(facts, LiveKind::kFd).objects;
    for (const LiveKind kind : kDescriptorKinds) {
        const uint64_t held = live_in_workers(facts, kind).objects;
        sums[labelled("berth_fds", "kind", live_name(kind))] = held;
        others -= std::min(others, held);
    }
    sums[labelled("berth_fds", "kind", "other")] = others;
}

void add_states(Sums& sums, const StatusFacts& facts) {
    for (const char* state : {"ready", "starting", "vacant"}) {
        sums[labelled("berth_workers", "state", state)] = 0;
    }
    for (const auto& generation : facts.generations) {
        for (const auto& worker : generation->workers()) {
            ++sums[labelled("berth_workers", "state", state_name(worker->state()))];
        }
    }
    sums["berth_config_generation"] = facts.serving == nullptr ? 0 : facts.serving->number();
    sums["berth_config_last_reload_successful"] = facts.reload.last_succeeded() ? 1 : 0;
    sums["berth_build_info{version=\"" BERTH_VERSION "\"}"] = 1;
    for (const std::string& plugin : facts.resources.quarantine.plugins()) {
        sums[labelled("berth_plugin_quarantined", "plugin", plugin)] = 1;
    }
}

}  // namespace

std::string metrics_text(const StatusFacts& facts) {
    Sums sums;
    add_live(sums, facts);
    add_states(sums, facts);
    facts.resources.counters.for_each(
        [&](std::string_view name, uint64_t sum) { sums[std::string(name)] += sum; });
    std::map<std::string, std::string> families;
    for (const auto& [name, sum] : sums) {
        if (!is_metric_name(name)) {
            continue;
        }
        families[name.substr(0, name.find('{'))] += name + ' ' + std::to_string(sum) + '\n';
    }
    std::string text;
    for (const auto& [family, lines] : families) {
        const bool is_counter = family.size() > 6 && family.ends_with("_total");
        text += "# TYPE " + family + (is_counter ? " counter\n" : " gauge\n");
        text += lines;
    }
    return text;
}

}  // namespace berth
