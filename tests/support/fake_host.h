// A host that runs one plugin or several inside a test: configuration from a tree, a clock that the
// test moves, streams that the test feeds. Everything happens when the test says so.
#pragma once

#include "support/fake_config.h"

#include "berth/berth.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::testing {

class FakeHost;

// One connection, from the host's side.
class FakeStream : public berth_stream {
public:
    explicit FakeStream(FakeHost& host);
    ~FakeStream();
    FakeStream(const FakeStream&) = delete;
    FakeStream& operator=(const FakeStream&) = delete;

    // Hands the stream to a protocol.
    berth_status open(const berth_protocol_ops& protocol, void* inst, uint32_t listener);

    // What the client does; callbacks follow at once, then those from the top of the loop.
    void receive(std::string_view bytes);
    void receive_in_pieces(std::string_view bytes, size_t piece);
    void receive_end();
    void reset();        // the client is gone
    void read_output();  // the client takes all that was written
    void drain(uint64_t deadline_ms);

    // Everything written so far.
    std::string output;
    // Written at once and not yet read by the client: above it, writes answer BERTH_AGAIN.
    uint64_t high_watermark = UINT64_MAX;
    uint64_t unread = 0;
    uint32_t writes = 0;
    bool finished = false;  // half-closed by BERTH_W_FIN
    bool closing = false;   // close() was called
    bool gone = false;      // on_close() was called
    bool linger = false;
    bool paused = false;
    berth_status close_why = BERTH_OK;
    uint32_t timeout_kind = BERTH_TIMEOUT_NONE;
    uint64_t timeout_ms = 0;
    uint32_t timeouts_set = 0;
    std::string kept;  // input that nobody consumed
    berth_conn_info conn{};

private:
    friend class FakeHost;

    berth_status write(const berth_seg* segments, uint32_t n, uint32_t flags);
    void pause(bool on);
    void set_timeout(uint32_t what, uint64_t ms);
    void close(berth_status why, bool wants_linger);
    void present();
    bool run_once();
    void touch();

    static const berth_stream_ops kOps;

    FakeHost& host_;
    const berth_stream_cb* callbacks_ = nullptr;
    void* user_ = nullptr;
    uint64_t due_ms_ = 0;
    bool ended_ = false, end_told_ = false, present_again_ = false, inside_ = false;
};

class FakeHost {
public:
    FakeHost();
    ~FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    const berth_host& table() const { return table_; }

    // An extension that the fake does not make up itself; before the load of who asks for it.
    void provide(const std::string& id, const void* table) { provided_[id] = table; }
    // Loads a module; its extensions become available to the next one.
    berth_status load(const berth_module& module);
    // Makes an instance of a loaded factory.
    berth_status create(const char* kind, const char* name, const berth_cfg& config, void** inst);
    // Makes an instance that a node of the configuration names by the factory's name.
    void make_usable(const char* kind, const char* name, const berth_cfg& config);
    // The same for a table of the test's own.
    void make_usable(const berth_factory& factory, void* inst);
    // Nodes that name it answer BERTH_E_DENIED.
    void quarantine(const std::string& name) { uses_[name].denied = true; }
    const berth_factory* factory(const char* kind, const char* name) const;

    // Values that workers share: what filters count, for example.
    void forget_shared_values() { shared_values_.clear(); }

    // Runs what waits for the top of the loop, until nothing does.
    void run();
    // Moves the clock, firing timers and timeouts on the way.
    void advance(uint64_t ms);

    uint64_t counter(const std::string& name) const;
    size_t timers_open() const;

    uint64_t now_ms = 1'000'000;
    uint64_t wall_us = 1'795'337'887'000'000;  // 2026-11-22 08:58:07 UTC
    uint64_t calls = 0;                        // of host functions by plugins
    std::map<std::string, std::string> logs;   // what was committed, by target
    std::vector<std::string> messages;         // of berth_host.log
    std::vector<std::string> failures;         // messages of berth_host.fail
    bool pool_is_busy = false;                 // offloaded work waits
    uint32_t stamp = 0;
    int64_t arenas_open = 0;
    int64_t tickets_open = 0;

private:
    friend class FakeStream;
    friend struct Tables;

    struct Loaded {
        const berth_module* module;
        void* mod;
    };
    struct Instance {
        const berth_factory* factory;
        void* inst;
    };
    struct UseEntry {
        berth_use use{};
        bool denied = false;
    };
    struct Timer {
        uint64_t due_ms, repeat_ms;
        void (*callback)(void*);
        void* user;
        bool cancelled = false;
    };
    struct Offloaded {
        berth_ticket object;
        void (*work)(void*);
        void (*done)(void*, void*);
        void* arg;
    };
    struct SharedValue {
        std::string bytes;
        uint64_t expires_ms = 0;
    };
    struct Arena;
    struct Sink {
        std::string target;
        std::vector<char> room;
    };

    static const void* get_extension(const berth_host* host, const char* id);
    const std::string* shared_value(const std::string& key);
    int64_t number(const std::string& key);
    berth_status set_number(const std::string& key, int64_t number, uint64_t ttl_ms);
    bool fire_due_timers();
    bool run_offloaded();
    void forget_offloaded(berth_ticket ended);
    uint64_t next_event_ms(uint64_t limit_ms) const;

    berth_host table_{};
    std::vector<Loaded> modules_;
    std::vector<Instance> instances_;
    std::vector<std::unique_ptr<berth_cfg>> configs_;  // of the instances
    std::map<std::string, UseEntry> uses_;
    std::vector<std::unique_ptr<Timer>> timers_;
    std::vector<FakeStream*> streams_;
    std::map<std::string, uint64_t> counters_;
    std::map<std::string, SharedValue> shared_values_;
    std::map<std::string, const void*, std::less<>> provided_;
    std::vector<Offloaded> offloaded_;
    std::map<std::string, std::unique_ptr<Sink>> sinks_;
};

}  // namespace berth::testing
