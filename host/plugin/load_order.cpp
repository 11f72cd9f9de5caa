#include "plugin/load_order.h"

#include <algorithm>
#include <map>

namespace berth {
namespace {

// Depth-first search that appends a plugin after those that it needs.
class Sorter {
public:
    Sorter(const std::vector<LoadNode>& nodes, const ExtensionPredicate& host_provides)
        : nodes_(nodes), host_provides_(host_provides), state_(nodes.size(), State::kNew) {}

    Result<std::vector<size_t>> sort() {
        if (auto found = find_providers(); !found) {
            return found.error();
        }
        for (size_t i = 0; i < nodes_.size(); ++i) {
            if (auto visited = visit(i); !visited) {
                return visited.error();
            }
        }
        return std::move(order_);
    }

private:
    enum class State { kNew, kOpen, kDone };

    Status find_providers() {
        for (size_t i = 0; i < nodes_.size(); ++i) {
            for (const std::string& id : nodes_[i].provides) {
                if (host_provides_(id)) {
                    return Error{
                        nodes_[i].file + ": provides extension '" + id +
                        "', which is berth's own: remove this plugin from the configuration"};
                }
                const auto [at, is_new] = providers_.emplace(id, i);
                if (!is_new && at->second != i) {
                    return Error{nodes_[at->second].file + " and " + nodes_[i].file +
                                 " both provide extension '" + id +
                                 "': remove one of them from the configuration"};
                }
            }
        }
        return Done{};
    }

    Status visit(size_t i) {
        if (state_[i] == State::kDone) {
            return Done{};
        }
        path_.push_back(i);
        if (state_[i] == State::kOpen) {
            return cycle_error();
        }
        state_[i] = State::kOpen;
        for (const std::string& id : nodes_[i].required) {
            if (host_provides_(id)) {
                continue;
            }
            const auto provider = providers_.find(id);
            if (provider == providers_.end()) {
                return Error{nodes_[i].file + ": needs extension '" + id +
                             "', which neither berth nor a plugin in use provides: install the "
                             "plugin that does and name it in a site"};
            }
            if (auto visited = visit(provider->second); !visited) {
                return visited;
            }
        }
        state_[i] = State::kDone;
        path_.pop_back();
        order_.push_back(i);
        return Done{};
    }

    // path_ ends with the plugin that was met again.
    Status cycle_error() const {
        const auto start = std::find(path_.begin(), path_.end(), path_.back());
        std::string text;
        for (auto at = start; at != path_.end(); ++at) {
            text += (at == start ? "" : " needs ") + nodes_[*at].file;
        }
        return Error{"plugins need each other in a circle: " + text};
    }

    const std::vector<LoadNode>& nodes_;
    const ExtensionPredicate& host_provides_;
    std::vector<State> state_;
    std::map<std::string, size_t> providers_;
    std::vector<size_t> path_, order_;
};

}  // namespace

Result<std::vector<size_t>> load_order(const std::vector<LoadNode>& nodes,
                                       const ExtensionPredicate& host_provides) {
    return Sorter(nodes, host_provides).sort();
}

}  // namespace berth
