// berth.config/1 (use), berth.worker/1 and berth.log/1.
#include "base/counter_page.h"
#include "base/key_value_table.h"
#include "base/shared_regions.h"
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
    return current_services()->counter({name.p, name.n});
}

volatile uint32_t* stamp() {
    HostServices::Impl& services = *current_services();
    return services.worker.stamp == nullptr ? &services.unread_stamp : services.worker.stamp;
}

void* shm(berth_sv name, size_t n, uint32_t layout) {
    HostServices::Impl& services = *current_services();
    const bool early = services.worker.loop == nullptr && services.shared.regions != nullptr;
    return early ? services.shared.regions->find({name.p, name.n}, n, layout) : nullptr;
}

KeyValueTable* values() {
    return current_services()->shared.values;
}

berth_status kv_add(berth_sv key, int64_t delta, uint64_t ttl_ms, int64_t* sum) {
    return values() == nullptr ? BERTH_E_STATE : values()->add({key.p, key.n}, delta, ttl_ms, *sum);
}

berth_status kv_swap(berth_sv key, int64_t* seen, int64_t value, uint64_t ttl_ms) {
    return values() == nullptr ? BERTH_E_STATE
                               : values()->swap({key.p, key.n}, *seen, value, ttl_ms);
}

berth_status kv_get(berth_sv key, void* buffer, size_t* n) {
    return values() == nullptr ? BERTH_E_STATE : values()->get({key.p, key.n}, buffer, *n);
}

berth_status kv_put(berth_sv key, berth_sv value, uint64_t ttl_ms) {
    return values() == nullptr ? BERTH_E_STATE
                               : values()->put({key.p, key.n}, {value.p, value.n}, ttl_ms);
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

uint64_t* HostServices::Impl::counter(std::string_view name) {
    return worker.counters == nullptr ? &unread_counter : worker.counters->cell(worker.row, name);
}

const berth_config_ext& config_table() {
    static const berth_config_ext table = [] {
        berth_config_ext all = config_view();
        all.use = use;
        return all;
    }();
    return table;
}

const berth_worker_ext& worker_table() {
    static constexpr berth_worker_ext table = {BERTH_HDR(berth_worker_ext),
                                               worker_id,
                                               workers,
                                               generation,
                                               counter,
                                               stamp,
                                               shm,
                                               kv_add,
                                               kv_swap,
                                               kv_get,
                                               kv_put};
    static_assert(KeyValueTable::kKeyMax == BERTH_KV_KEY_MAX &&
                  KeyValueTable::kValueMax == BERTH_KV_VALUE_MAX);
    return table;
}

const berth_log_ext& log_table() {
    static constexpr berth_log_ext table = {
        BERTH_HDR(berth_log_ext), log_open, log_reserve, log_commit};
    return table;
}

}  // namespace berth
