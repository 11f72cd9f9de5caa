#include "process/status_report.h"

#include "config/json_text.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace berth {
namespace {

std::string_view phase_name(Generation::Phase phase) {
    switch (phase) {
        case Generation::Phase::kLoading:
            return "loading";
        case Generation::Phase::kStarting:
            return "starting";
        case Generation::Phase::kServing:
            return "serving";
        case Generation::Phase::kDraining:
            return "draining";
        case Generation::Phase::kEnding:
            return "ending";
    }
    return "";
}

// "2 h 14 min", "41 s".
std::string duration_text(uint64_t ms) {
    const uint64_t seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60,
                   days = hours / 24;
    if (days > 0) {
        return std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
    }
    if (hours > 0) {
        return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
    }
    return minutes > 0 ? std::to_string(minutes) + " min" : std::to_string(seconds) + " s";
}

std::string padded(std::string text, size_t width) {
    text.resize(std::max(width, text.size() + 2), ' ');
    return text;
}

std::vector<std::string> urls_of(const SiteConfig& site, const ListenerTable& listeners) {
    std::vector<std::string> urls;
    for (const ListenAddress& address : site.listen) {
        urls.push_back(listeners.url(address));
    }
    return urls;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : "  ") + part;
    }
    return text;
}

void write_live(JsonWriter& json, const ScoreboardRow& row) {
    json.key("live").begin_object();
    for (size_t i = 0; i < kLiveKinds; ++i) {
        const auto kind = static_cast<LiveKind>(i);
        const LiveCount count = row.live(kind);
        json.key(live_name(kind))
            .begin_object()
            .member("objects", count.objects)
            .member("bytes", count.bytes)
            .end_object();
    }
    json.end_object();
}

void write_worker(JsonWriter& json,
                  const Generation& generation,
                  const WorkerSlot& worker,
                  const Scoreboard& scoreboard) {
    json.begin_object()
        .member("slot", worker.index())
        .member("generation", generation.number())
        .member("pid", worker.pid())
        .member("state", state_name(worker.state()))
        .member("deaths_in_a_row", worker.deaths_in_a_row());
    if (worker.row() < scoreboard.size()) {
        const ScoreboardRow& row = scoreboard.row(worker.row());
        for (uint32_t gauge = 0; gauge < static_cast<uint32_t>(Gauge::kCount); ++gauge) {
            json.member(gauge_name(static_cast<Gauge>(gauge)), row.get(static_cast<Gauge>(gauge)));
        }
        write_live(json, row);
    }
    json.end_object();
}

void write_sites(JsonWriter& json, const StatusFacts& facts) {
    json.key("sites").begin_array();
    if (facts.serving != nullptr) {
        for (const SiteConfig& site : facts.serving->snapshot().config.sites) {
            json.begin_object().member("name", site.name).key("urls").begin_array();
            for (const std::string& url : urls_of(site, facts.listeners)) {
                json.value(url);
            }
            json.end_array().end_object();
        }
    }
    json.end_array();
}

const SiteConfig* find_site(const Config& config, const std::string& name) {
    const auto found = std::find_if(config.sites.begin(),
                                    config.sites.end(),
                                    [&](const SiteConfig& site) { return site.name == name; });
    return found == config.sites.end() ? nullptr : &*found;
}

}  // namespace

std::string_view state_name(WorkerSlot::State state) {
    switch (state) {
        case WorkerSlot::State::kVacant:
            return "vacant";
        case WorkerSlot::State::kForking:
        case WorkerSlot::State::kStarting:
            return "starting";
        case WorkerSlot::State::kReady:
            return "ready";
    }
    return "";
}

std::string status_text(const StatusFacts& facts) {
    std::string text = "berth " BERTH_VERSION;
    size_t ready = 0;
    for (const auto& generation : facts.generations) {
        for (const auto& worker : generation->workers()) {
            ready += worker->state() == WorkerSlot::State::kReady ? 1u : 0u;
        }
    }
    text += "   generation " +
            std::to_string(facts.serving == nullptr ? 0 : facts.serving->number()) + "   up " +
            duration_text(facts.now_ms - facts.started_ms) + "   " + std::to_string(ready) +
            (ready == 1 ? " worker\n" : " workers\n");
    if (!facts.reload.last_succeeded()) {
        text += "! the last reload was rejected " +
                duration_text(facts.now_ms - facts.reload.last_end_ms()) +
                " ago; see the log, or: berth check\n";
    }
    for (const std::string& plugin : facts.resources.quarantine.plugins()) {
        text += "! " + plugin + " is quarantined because it crashes; after a fix: berth reload\n";
    }
    if (facts.serving != nullptr) {
        for (const SiteConfig& site : facts.serving->snapshot().config.sites) {
            text += padded(site.name, 16) + joined(urls_of(site, facts.listeners)) + '\n';
        }
    }
    for (const auto& generation : facts.generations) {
        if (generation.get() != facts.serving) {
            text += "generation " + std::to_string(generation->number()) + " is " +
                    std::string(phase_name(generation->phase())) + '\n';
        }
    }
    return text;
}

std::string status_json(const StatusFacts& facts) {
    JsonWriter json;
    json.begin_object()
        .member("version", BERTH_VERSION)
        .member("pid", getpid())
        .member("generation", facts.serving == nullptr ? 0 : facts.serving->number())
        .member("up_ms", facts.now_ms - facts.started_ms)
        .member("last_reload_succeeded", facts.reload.last_succeeded())
        .member("connections_max_per_worker",
                descriptor_budget(facts.resources.descriptors, 0).connections());
    write_sites(json, facts);
    json.key("generations").begin_array();
    for (const auto& generation : facts.generations) {
        json.begin_object()
            .member("number", generation->number())
            .member("phase", phase_name(generation->phase()))
            .member("zygote", generation->zygote_pid())
            .end_object();
    }
    json.end_array().key("workers").begin_array();
    for (const auto& generation : facts.generations) {
        for (const auto& worker : generation->workers()) {
            write_worker(json, *generation, *worker, facts.resources.scoreboard);
        }
    }
    json.end_array().key("quarantined").begin_array();
    for (const std::string& plugin : facts.resources.quarantine.plugins()) {
        json.value(plugin);
    }
    json.end_array().key("crashes").begin_object();
    for (const auto& [plugin, crashes] : facts.resources.quarantine.crashes()) {
        json.member(plugin, crashes);
    }
    return json.end_object().end_object().text();
}

std::string describe_change(const Config& before,
                            const Config& now,
                            uint64_t generation,
                            const ListenerTable& listeners) {
    std::string text = "generation " + std::to_string(generation) + "\n";
    for (const SiteConfig& site : now.sites) {
        if (find_site(before, site.name) == nullptr) {
            text += "  + site " + padded(site.name, 16) + joined(urls_of(site, listeners)) + '\n';
        }
    }
    for (const SiteConfig& site : before.sites) {
        if (find_site(now, site.name) == nullptr) {
            text += "  - site " + site.name + '\n';
        }
    }
    return text;
}

}  // namespace berth
