#include "process/worker_filters.h"

#include "base/counter_page.h"
#include "config/config_check.h"
#include "process/worker.h"

#include <string>
#include <utility>
#include <vector>

namespace berth {

ConnectionFilters make_connection_filters(const WorkerSetup& setup,
                                          uint32_t listener,
                                          volatile uint32_t& stamp) {
    std::vector<ConnectionFilter> filters;
    for (const PluginUse* use : setup.checked->connection_filters[listener]) {
        const berth_factory& factory = *use->factory->factory;
        if (use->quarantined && (factory.flags & BERTH_FAC_FAIL_CLOSED) == 0) {
            continue;
        }
        const auto* ops = static_cast<const berth_conn_filter_ops*>(factory.ops);
        uint64_t* const refused = setup.counters->cell(
            setup.row, "berth_connections_refused_total{filter=\"" + use->factory->name + "\"}");
        filters.push_back({use->quarantined ? nullptr : ops, use->inst, use->number, refused});
    }
    return ConnectionFilters(std::move(filters), stamp);
}

}  // namespace berth
