// berth.config/1 (use), berth.worker/1 and berth.log/1.
#include "base/counter_page.h"
#include "config/config_node.h"
#include "config/config_view.h"
#include "config/factory_index.h"
#include "plugin/log_sinks.h"
#include "plugin/service_tables.h"

#include <string>

namespace berth {
namespace {

berth_status use(const berth_cfg* node, berth_use* out) {
    if (node == nullptr || node->use == nullptr) {
        return BERTH_E_INVAL;
    }
    const PluginUse& configured = *node->use;
    out->factory = configured.factory->factory;
    out->inst = configured.inst;
    out->number = configured.number;
    return configured.quarantined ? BERTH_E_DENIED : BERTH_OK;
}

uint32_t worker_id() {
    return current_services()->worker.slot;
}

uint32_t workers() {
    return current_services()->worker.workers;
}

uint64_t generation() {
    return current_services()->worker.generation;
}

uint64_t* counter(berth_sv name) {
    HostServices::Impl& services = *current_services();
    if (services.worker.counters == nullptr) {
        return &services.unread_counter;
    }
    return services.worker.counters->cell(services.worker.slot, {name.p, name.n});
}

volatile uint32_t* stamp() {
    HostServices::Impl& services = *current_services();
    return services.worker.stamp == nullptr ? &services.unread_stamp : services.worker.stamp;
}

berth_sink* log_open(berth_sv target, const berth_cfg* where) {
    HostServices::Impl& services = *current_services();
    if (services.worker.sinks == nullptr) {
        services.complain(where, "logs can be opened in create() at the earliest");
        return nullptr;
    }
    Result<LogSink*> sink = services.worker.sinks->open({target.p, target.n});
    if (!sink.ok()) {
        services.complain(where, sink.error().message);
        return nullptr;
    }
    return reinterpret_cast<berth_sink*>(sink.value());
}

char* log_reserve(berth_sink* sink, size_t n) {
    return reinterpret_cast<LogSink*>(sink)->reserve(n);
}

void log_commit(berth_sink* sink, size_t n) {
    reinterpret_cast<LogSink*>(sink)->commit(n);
    current_services()->worker.sinks->lines_wait();
}

}  // namespace

const berth_config_ext& config_table() {
    static const berth_config_ext table = [] {
        berth_config_ext all = config_view();
        all.use = use;
        return all;
    }();
    return table;
}

const berth_worker_ext& worker_table() {
    static constexpr berth_worker_ext table = {
        BERTH_HDR(berth_worker_ext), worker_id, workers, generation, counter, stamp};
    return table;
}

const berth_log_ext& log_table() {
    static constexpr berth_log_ext table = {
        BERTH_HDR(berth_log_ext), log_open, log_reserve, log_commit};
    return table;
}

}  // namespace berth
