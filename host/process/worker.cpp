#include "process/worker.h"

#include "base/counter_page.h"
#include "base/log.h"
#include "config/config_check.h"
#include "net/event_loop.h"
#include "plugin/host_services.h"
#include "plugin/instances.h"
#include "plugin/log_sinks.h"
#include "plugin/plugin_registry.h"
#include "plugin/stream_context.h"
#include "process/control.h"
#include "process/listen_point.h"
#include "process/log_files.h"
#include "process/scoreboard.h"
#include "process/tls_material.h"
#include "process/worker_filters.h"
#include "process/worker_tls.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>

namespace berth {
namespace {

constexpr int kExitRejected = 4;
constexpr uint64_t kDrainCheckMs = 20;

// One event loop and what hangs on it, built from top to bottom like a parts list.
class Worker final : private Watcher, private TimerEntry {
public:
    explicit Worker(WorkerSetup setup)
        : setup_(std::move(setup)),
          control_(std::move(setup_.control), ControlRoute::kToWorker),
          row_(setup_.scoreboard->row(setup_.row)) {}

    Status build();
    int serve();
    void report(const Error& error);
    void end();

private:
    Status make_loop();
    void make_services();
    Status make_instances();
    Status make_listeners();
    Status make_listener(uint32_t id, UniqueFd socket);
    ListenerCounters listener_counters();
    ConnectionLimits::Counters connection_counters();
    ProtocolEndpoint endpoint_of(uint32_t listener) const;
    uint64_t* limit_counter(const char* limit);

    void on_ready(uint32_t ready) override;
    void obey(ControlMessage& message);
    void accept_connections();
    void use_logs(std::vector<std::pair<std::string, UniqueFd>> logs,
                  void (LogSinks::*use)(std::string_view, UniqueFd));
    void replace_certificate(const ControlMessage& message);
    void drain(uint64_t idle_ms, uint64_t ms);
    void on_timer() override;
    size_t undecided() const;
    void publish();

    WorkerSetup setup_;
    ControlChannel control_;
    ScoreboardRow& row_;
    std::string complaints_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<LogSinks> sinks_;
    std::optional<Instances> instances_;
    std::optional<Admission> admission_;
    std::vector<std::unique_ptr<ListenPoint>> points_;
    uint64_t drain_deadline_ms_ = 0;  // 0: not draining
};

PollerKind poller_kind(const std::string& name) {
    if (name == "epoll") {
        return PollerKind::kEpoll;
    }
    return name == "poll" ? PollerKind::kPoll : PollerKind::kAuto;
}

Status Worker::build() {
    if (Status made = make_loop(); !made.ok()) {
        return made;
    }
    make_services();
    if (Status made = make_instances(); !made.ok()) {
        return made;
    }
    if (Status made = make_listeners(); !made.ok()) {
        return made;
    }
    return loop_->poller().add(control_.fd(), *this, kReadable);
}

Status Worker::make_loop() {
    EventLoop::Options options;
    options.poller = poller_kind(setup_.config->machine.poll);
    options.poll_timeout_ms = setup_.config->machine.poll_timeout_ms;
    auto loop = EventLoop::make(options);
    if (!loop.ok()) {
        return loop.error();
    }
    loop_ = std::move(loop).value();
    return Done{};
}

void Worker::make_services() {
    sinks_ = std::make_unique<LogSinks>(
        *loop_, setup_.counters->cell(setup_.row, "berth_log_dropped_total"));
    use_logs(std::move(setup_.logs), &LogSinks::provide);
    setup_.services->set_complaint([this](const berth_cfg* where, std::string message) {
        complaints_ += (where == nullptr ? "" : where->where + ": ") + "error: " + message + "\n";
    });
    setup_.services->enter_worker({.loop = loop_.get(),
                                   .counters = setup_.counters,
                                   .sinks = sinks_.get(),
                                   .stamp = &row_.stamp,
                                   .slot = setup_.slot,
                                   .workers = setup_.workers,
                                   .row = setup_.row,
                                   .generation = setup_.generation,
                                   .files_max = setup_.files_max});
}

Status Worker::make_instances() {
    instances_.emplace(*setup_.checked);
    return instances_->create(setup_.quarantined, row_.stamp);
}

Status Worker::make_listeners() {
    Admission::Limits limits;
    limits.connections_max = setup_.connections_max;
    limits.handshakes_max = setup_.handshakes_max;
    admission_.emplace(limits, std::random_device()());
    for (auto& [id, socket] : setup_.listeners) {
        if (Status made = make_listener(id, std::move(socket)); !made.ok()) {
            return made;
        }
    }
    return Done{};
}

// Without ops when the protocol is quarantined.
ProtocolEndpoint Worker::endpoint_of(uint32_t listener) const {
    ProtocolEndpoint endpoint{.listener = listener};
    for (const ProtocolUse& protocol : setup_.checked->protocols) {
        const auto& ids = protocol.listeners;
        if (std::find(ids.begin(), ids.end(), listener) != ids.end() &&
            !protocol.use->quarantined) {
            endpoint.ops =
                static_cast<const berth_protocol_ops*>(protocol.use->factory->factory->ops);
            endpoint.instance = protocol.use->inst;
            endpoint.stamp = protocol.use->number;
        }
    }
    return endpoint;
}

uint64_t* Worker::limit_counter(const char* limit) {
    return setup_.counters->cell(setup_.row,
                                 std::string("berth_limit_hits_total{limit=\"") + limit + "\"}");
}

Status Worker::make_listener(uint32_t id, UniqueFd socket) {
    const ListenerConfig& listener = setup_.config->listeners[id];
    const SiteLimits& limits = setup_.config->sites[listener.sites.front()].connections;
    const ProtocolEndpoint endpoint = endpoint_of(id);
    auto acl = Acl::parse(limits.allow, limits.deny);
    if (!acl.ok()) {
        return acl.error();
    }
    auto point = std::make_unique<ListenPoint>(
        *loop_, setup_.services->streams(), *admission_, endpoint, limits);
    point->use_counters(connection_counters());
    point->use_filters(make_connection_filters(setup_, id, row_.stamp),
                       {limit_counter("connection_filter_time")});
    auto tls =
        make_tls_server(setup_, listener, endpoint.ops == nullptr ? nullptr : endpoint.ops->alpn);
    if (!tls.ok()) {
        return tls.error();
    }
    if (tls.value() != nullptr) {
        point->use_tls(std::move(tls).value(), listener.address.tls);
    }
    point->take(std::move(socket), std::move(acl).value(), listener_counters());
    points_.push_back(std::move(point));
    return Done{};
}

ListenerCounters Worker::listener_counters() {
    ListenerCounters counters;
    counters.accepted = setup_.counters->cell(setup_.row, "berth_connections_total");
    counters.denied = limit_counter("acl");
    counters.per_address_hits = limit_counter("connections_per_address");
    counters.connections_hits = limit_counter("connections");
    counters.handshakes_hits = limit_counter("handshakes");
    counters.descriptors_hits = limit_counter("descriptors");
    counters.errors = setup_.counters->cell(setup_.row, "berth_accept_errors_total");
    return counters;
}

ConnectionLimits::Counters Worker::connection_counters() {
    ConnectionLimits::Counters counters{};
    const auto count = [&](ConnectionLimit limit, const char* name) {
        counters[static_cast<size_t>(limit)] = limit_counter(name);
    };
    count(ConnectionLimit::kOutput, "output");
    count(ConnectionLimit::kKeptInput, "input");
    count(ConnectionLimit::kSendTimeout, "send_timeout");
    count(ConnectionLimit::kSendRate, "send_rate");
    count(ConnectionLimit::kHandshake, "handshake_timeout");
    return counters;
}

int Worker::serve() {
    publish();
    ControlMessage ready;
    ready.type = ControlType::kReady;
    if (!control_.send(ready).ok()) {
        return EXIT_FAILURE;
    }
    loop_->run();
    return EXIT_SUCCESS;
}

// Plugins end before what they hold of the services, such as their timers, does.
void Worker::end() {
    points_.clear();
    instances_.reset();
    setup_.plugins->unload_all();
    setup_.services->leave_worker();
    sinks_.reset();
}

void Worker::report(const Error& error) {
    ControlMessage message;
    message.type = ControlType::kRejected;
    message.value = kExitRejected;
    message.text = complaints_ + "error: " + error.message + "\n";
    if (!control_.send(message).ok()) {
        log_error(message.text);
    }
}

void Worker::on_ready(uint32_t) {
    while (true) {
        ControlChannel::Received received = control_.receive();
        if (received.outcome == ControlChannel::Outcome::kAgain) {
            return;
        }
        if (received.outcome == ControlChannel::Outcome::kMessage) {
            obey(received.message);
            continue;
        }
        // The supervisor is gone: nobody would replace or reload this worker, so it ends in order.
        log_warning("the supervisor is gone ", received.why);
        loop_->poller().remove(control_.fd(), *this);
        drain(0, setup_.config->machine.stop_ms);
        return;
    }
}

void Worker::obey(ControlMessage& message) {
    switch (message.type) {
        case ControlType::kServe:
            accept_connections();
            break;
        case ControlType::kDrain:
            drain(setup_.config->machine.drain_idle_ms, message.value);
            break;
        case ControlType::kStop:
            drain(0, message.value);
            break;
        case ControlType::kReopenLogs:
            use_logs(take_logs(message), &LogSinks::reopen);
            break;
        case ControlType::kCertificate:
            replace_certificate(message);
            break;
        default:
            publish();  // a ping: this turn is the answer
    }
}

void Worker::accept_connections() {
    for (const auto& point : points_) {
        if (Status started = point->start(); !started.ok()) {
            log_error("cannot accept connections: ", started.error().message);
            loop_->stop();
        }
    }
}

void Worker::use_logs(std::vector<std::pair<std::string, UniqueFd>> logs,
                      void (LogSinks::*use)(std::string_view, UniqueFd)) {
    for (auto& [name, fd] : logs) {
        if (name == LogFiles::kErrorLog) {
            reopen_log(std::move(fd));
        } else {
            (sinks_.get()->*use)(name, std::move(fd));
        }
    }
}

void Worker::replace_certificate(const ControlMessage& message) {
    const auto watched = setup_.tls->watched(*setup_.config);
    if (message.slot >= watched.size()) {
        return;
    }
    const std::string& id = watched[message.slot].id;
    for (const auto& point : points_) {
        if (point->tls() == nullptr) {
            continue;
        }
        Status replaced = point->tls()->replace_key_pairs(id, unpack_key_pairs(message.text));
        if (!replaced.ok()) {
            log_debug("certificate of ", id, ": ", replaced.error().message);
        }
    }
}

void Worker::drain(uint64_t idle_ms, uint64_t ms) {
    const uint64_t now = loop_->now_ms();
    for (const auto& point : points_) {
        point->close();
    }
    instances_->drain(now + ms);
    loop_->drain_connections(now + std::min(idle_ms, ms));
    const bool first = drain_deadline_ms_ == 0;
    drain_deadline_ms_ = now + ms;
    if (first) {
        loop_->timers().set(*this, now + 1);
    }
}

void Worker::on_timer() {
    const uint64_t now = loop_->now_ms();
    if (loop_->connections() == 0 && undecided() == 0) {
        loop_->stop();
        return;
    }
    if (now >= drain_deadline_ms_) {
        loop_->for_each_connection(
            [](Connection& connection) { connection.close(BERTH_E_TIMEOUT, false); });
    }
    loop_->timers().set(*this, now + kDrainCheckMs);
}

// Accepted connections that no protocol has seen: they end, or begin, within seconds.
size_t Worker::undecided() const {
    size_t sum = 0;
    for (const auto& point : points_) {
        sum += point->undecided();
    }
    return sum;
}

void Worker::publish() {
    row_.set(Gauge::kConnections, loop_->connections());
    row_.publish_live();
    row_.heartbeat_ms.store(loop_->now_ms(), std::memory_order_relaxed);
}

}  // namespace

int run_worker(WorkerSetup setup) {
    set_log_process("worker " + std::to_string(setup.slot));
    Worker worker(std::move(setup));
    int status = kExitRejected;
    if (Status built = worker.build(); built.ok()) {
        status = worker.serve();
    } else {
        worker.report(built.error());
    }
    worker.end();
    return status;
}

}  // namespace berth
