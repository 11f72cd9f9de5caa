#include "plugin/host_services.h"

#include "base/counter_page.h"
#include "base/key_value_table.h"
#include "base/log.h"
#include "config/config_view.h"
#include "plugin/service_tables.h"

#include "berth/cpp/guard.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace berth {
namespace {

// The one mutable global of the folder, see HostServices.
HostServices::Impl* current = nullptr;

HostServices::Impl& impl_of(const berth_host* host) {
    return *static_cast<HostServices::Impl*>(host->impl);
}

struct Extension {
    std::string_view id;
    const void* (*table)();
};

constexpr std::array kExtensions = {
    Extension{BERTH_CONFIG_EXT, [] { return static_cast<const void*>(&config_table()); }},
    Extension{BERTH_LOOP_EXT, [] { return static_cast<const void*>(&loop_table()); }},
    Extension{BERTH_WORKER_EXT, [] { return static_cast<const void*>(&worker_table()); }},
    Extension{BERTH_NET_EXT, [] { return static_cast<const void*>(&net_table()); }},
    Extension{BERTH_LOG_EXT, [] { return static_cast<const void*>(&log_table()); }},
    Extension{BERTH_FILE_EXT, [] { return static_cast<const void*>(&file_table()); }},
    Extension{BERTH_CRYPTO_EXT, [] { return static_cast<const void*>(&crypto_table()); }},
};

const Extension* find_extension(std::string_view id) {
    const auto* found = std::find_if(
        kExtensions.begin(), kExtensions.end(), [&](const auto& each) { return each.id == id; });
    return found == kExtensions.end() ? nullptr : found;
}

const void* get_extension(const berth_host* host, const char* id) {
    if (const Extension* own = find_extension(id)) {
        return own->table();
    }
    return impl_of(host).of_plugins(id);
}

void log_message(const berth_host*, void*, int32_t level, berth_sv message) {
    const std::string_view text(message.p, message.n);
    if (level >= BERTH_LOG_ERROR) {
        log_error(text);
    } else if (level == BERTH_LOG_WARNING) {
        log_warning(text);
    } else if (level == BERTH_LOG_INFO) {
        log_info(text);
    } else {
        log_debug(text);
    }
}

berth_status fail(const berth_host* host,
                  const berth_cfg* where,
                  berth_status status,
                  berth_sv message) {
    impl_of(host).complain(where, std::string(message.p, message.n));
    return status;
}

berth_arena* arena_open(const berth_host* host) {
    return impl_of(host).arenas.open();
}

void arena_close(berth_arena* arena) {
    current->arenas.close(arena);
}

}  // namespace

HostServices::Impl* current_services() {
    return current;
}

HostServices::HostServices(ExtensionLookup of_plugins,
                           Complaint complain,
                           const SharedParts& shared)
    : impl_(std::make_unique<Impl>()) {
    assert(current == nullptr);
    current = impl_.get();
    impl_->of_plugins = std::move(of_plugins);
    impl_->complain = std::move(complain);
    impl_->shared = shared;
    static constexpr std::string_view kName = "berth", kVersion = BERTH_VERSION;
    impl_->host = {BERTH_HDR(berth_host),
                   BERTH_ABI_MAJOR,
                   BERTH_ABI_MINOR,
                   0,
                   {kName.data(), kName.size()},
                   {kVersion.data(), kVersion.size()},
                   impl_.get(),
                   get_extension,
                   sdk::kGuarded<log_message>,
                   fail,
                   arena_open,
                   ArenaPool::reset,
                   arena_close,
                   sdk::kGuarded<ArenaPool::more>};
}

HostServices::~HostServices() {
    current = nullptr;
}

const berth_host* HostServices::host() const {
    return &impl_->host;
}

bool HostServices::provides(std::string_view id) {
    return find_extension(id) != nullptr;
}

void HostServices::enter_worker(const WorkerParts& parts) {
    impl_->worker = parts;
    if (impl_->shared.values != nullptr && parts.counters != nullptr) {
        impl_->shared.values->count_evictions(
            parts.counters->cell(parts.slot, "berth_limit_hits_total{limit=\"shared_values\"}"));
    }
    impl_->timers.emplace(*parts.loop);
    impl_->streams.emplace(parts.slot, parts.stamp, impl_->tickets);
    impl_->streams->tls_io().kernel_connections =
        impl_->counter("berth_tls_kernel_connections_total");
    impl_->net.emplace(*parts.loop, *impl_->streams);
    impl_->files.emplace(*parts.loop,
                         parts.files_max,
                         FileService::Counters{impl_->counter("berth_file_cache_hits_total"),
                                               impl_->counter("berth_file_cache_misses_total")});
}

void HostServices::leave_worker() {
    impl_->files.reset();
    impl_->net.reset();
    impl_->timers.reset();
    impl_->worker = {};
}

StreamContext& HostServices::streams() {
    return *impl_->streams;
}

void HostServices::set_complaint(Complaint complain) {
    impl_->complain = std::move(complain);
}

}  // namespace berth
