#pragma once

// Private to the folder: the state behind the host's extensions and the tables made of it.

#include "file/file_service.h"
#include "net/timer_queue.h"
#include "plugin/arena_pool.h"
#include "plugin/host_services.h"
#include "plugin/net_services.h"
#include "plugin/plugin_timers.h"
#include "plugin/stream_context.h"
#include "plugin/ticket_table.h"

#include "berth/config.h"
#include "berth/crypto.h"
#include "berth/file.h"
#include "berth/log.h"
#include "berth/loop.h"
#include "berth/worker.h"

#include <memory>
#include <optional>

namespace berth {

struct HostServices::Impl {
    berth_host host{};
    ExtensionLookup of_plugins;
    Complaint complain;
    ArenaPool arenas;
    TicketTable tickets;
    SharedParts shared;
    WorkerParts worker;                    // loop is null until a worker entered
    std::optional<StreamContext> streams;  // these four from then on
    std::optional<PluginTimers> timers;
    std::optional<NetServices> net;
    std::optional<FileService> files;
    // The worker's own cell; one that nobody reads where there is no page.
    uint64_t* counter(std::string_view name);
    uint64_t unread_counter = 0;  // handed out where there is no page
    volatile uint32_t unread_stamp = 0;
};

// The services of this process: functions such as now_ms() carry no object.
HostServices::Impl* current_services();

const berth_config_ext& config_table();
const berth_loop_ext& loop_table();
const berth_worker_ext& worker_table();
const berth_log_ext& log_table();
const berth_crypto_ext& crypto_table();
const berth_file_ext& file_table();

}  // namespace berth
