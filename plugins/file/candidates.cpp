#include "candidates.h"

#include "path_rules.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <string>

namespace berth::file {
namespace {

// Encodings of the files beside a file, the one liked best first.
struct SiblingOrder {
    std::array<Sibling, 3> siblings{};
    size_t count = 0;
};

SiblingOrder accepted_siblings(const FileConfig& config, const sdk::AcceptEncoding& accepted) {
    SiblingOrder order;
    for (const Sibling& sibling : config.siblings) {
        const uint16_t weight = accepted.weight(sibling.coding);
        if (weight != 0 && weight >= accepted.weight(sdk::Coding::kIdentity)) {
            order.siblings[order.count++] = sibling;
        }
    }
    const auto begin = order.siblings.begin();
    std::stable_sort(begin,
                     begin + static_cast<ptrdiff_t>(order.count),
                     [&](const Sibling& a, const Sibling& b) {
                         return accepted.weight(a.coding) > accepted.weight(b.coding);
                     });
    return order;
}

class Collector {
public:
    Collector(const FileConfig& config, const berth_host* host, berth_arena* arena)
        : config_(config), host_(host), arena_(arena) {}

    // path begins with a slash. A path that ends with one is that of a folder.
    void add(std::string_view path, Candidate::Kind kind) {
        if (path.empty() || (!config_.hidden && is_hidden(path))) {
            return;
        }
        const std::string_view relative = path.substr(1);
        if (!path.empty() && path.back() != '/') {
            push(relative, {kind, sdk::Coding::kIdentity, relative});
            return;
        }
        for (const std::string& index : config_.index) {
            const std::string_view name = copy(std::string(relative) + index);
            push(name, {Candidate::Kind::kFile, sdk::Coding::kIdentity, name});
        }
        if (config_.list) {
            const std::string_view folder =
                relative.substr(0, relative.empty() ? 0 : relative.size() - 1);
            push(folder, {Candidate::Kind::kFolder, sdk::Coding::kIdentity, folder});
        }
    }

    Candidates finish() const {
        auto* const paths =
            static_cast<berth_sv*>(berth_alloc(host_, arena_, count_ * sizeof(berth_sv)));
        void* const memory = berth_alloc(host_, arena_, count_ * sizeof(Candidate));
        if (paths == nullptr || memory == nullptr) {
            return {};
        }
        auto* const details = static_cast<Candidate*>(memory);
        for (uint32_t i = 0; i < count_; ++i) {
            paths[i] = sdk::sv(paths_[i]);
            new (details + i) Candidate(details_[i]);
        }
        return {paths, details, count_};
    }

    std::string_view copy(std::string_view text) const {
        return sdk::view(sdk::arena_copy(host_, arena_, text));
    }

    void push(std::string_view path, const Candidate& candidate) {
        if (count_ < kCandidatesMax) {
            paths_[count_] = path;
            details_[count_++] = candidate;
        }
    }

private:
    const FileConfig& config_;
    const berth_host* host_;
    berth_arena* arena_;
    std::array<std::string_view, kCandidatesMax> paths_;
    std::array<Candidate, kCandidatesMax> details_;
    uint32_t count_ = 0;
};

}  // namespace

Candidates single_candidate(std::string_view path,
                            Candidate::Kind kind,
                            const berth_host* host,
                            berth_arena* arena) {
    void* const memory = berth_alloc(host, arena, sizeof(berth_sv) + sizeof(Candidate));
    if (memory == nullptr) {
        return {};
    }
    auto* const only = new (memory) berth_sv(sdk::sv(path.substr(1)));
    const auto* const details =
        new (only + 1) Candidate{kind, sdk::Coding::kIdentity, path.substr(1)};
    return {only, details, 1};
}

Candidates find_candidates(const FileConfig& config,
                           std::string_view path,
                           const berth_host* host,
                           berth_arena* arena) {
    if (!config.hidden && is_hidden(path)) {
        return {};
    }
    const bool plain = config.patterns.empty() && path.back() != '/' && config.tries.size() == 1 &&
                       config.tries.front().is_path();
    if (plain) {  // most are
        return single_candidate(path, Candidate::Kind::kItself, host, arena);
    }
    Collector collector(config, host, arena);
    const std::string_view instead = config.patterns.find(path);
    if (!instead.empty()) {
        collector.add(instead, Candidate::Kind::kFile);
        return collector.finish();
    }
    for (const PathTemplate& meaning : config.tries) {
        if (meaning.is_path()) {
            collector.add(path, Candidate::Kind::kItself);
            continue;
        }
        std::string made;
        meaning.expand(path, made);
        collector.add(collector.copy(made), Candidate::Kind::kFile);
    }
    return collector.finish();
}

Candidates find_siblings(const FileConfig& config,
                         const sdk::AcceptEncoding& accepted,
                         std::string_view name,
                         const berth_host* host,
                         berth_arena* arena) {
    const SiblingOrder order = accepted_siblings(config, accepted);
    if (order.count == 0) {
        return {};
    }
    Collector collector(config, host, arena);
    for (size_t i = 0; i < order.count; ++i) {
        const Sibling& sibling = order.siblings[i];
        collector.push(collector.copy(std::string(name).append(sibling.suffix)),
                       {Candidate::Kind::kFile, sibling.coding, name});
    }
    return collector.finish();
}

}  // namespace berth::file
