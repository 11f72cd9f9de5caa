#include "support/fake_host.h"

#include "support/fake_files.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace berth::testing {

namespace {

// Tables of the loop and of logs carry no context: the one host of the test is found here.
FakeHost* current = nullptr;

std::string text_of(berth_sv text) {
    return text.n == 0 ? std::string() : std::string(text.p, text.n);
}

}  // namespace

berth_cfg map(std::initializer_list<berth_cfg::Member> members) {
    berth_cfg node;
    node.members = members;
    return node;
}

berth_cfg list(std::initializer_list<berth_cfg> items) {
    berth_cfg node;
    for (const berth_cfg& item : items) {
        node.members.emplace_back("", item);
    }
    return node;
}

// Small blocks on purpose, so that requests outgrow the first one.
struct FakeHost::Arena : berth_arena {
    static constexpr size_t kBlock = 4096;
    std::vector<std::unique_ptr<uint8_t[]>> blocks;
    size_t first_size = kBlock;

    Arena() {
        blocks.push_back(std::make_unique<uint8_t[]>(kBlock));
        use(blocks.front().get(), kBlock);
    }
    void use(uint8_t* block, size_t size) {
        cur = block;
        end = block + size;
    }
};

// The tables of the extensions.
struct Tables {
    static const berth_config_ext config;
    static const berth_loop_ext loop;
    static const berth_worker_ext worker;
    static const berth_log_ext log;

    static FakeHost& counted() {
        ++current->calls;
        return *current;
    }

    static const berth_cfg* get(const berth_cfg* node, const char* key) {
        if (node == nullptr) {
            return nullptr;
        }
        for (const auto& [name, value] : node->members) {
            if (name == key) {
                return &value;
            }
        }
        return nullptr;
    }

    static const berth_cfg* at(const berth_cfg* node, uint32_t i, berth_sv* key) {
        if (node == nullptr || i >= node->members.size()) {
            return nullptr;
        }
        const auto& [name, value] = node->members[i];
        if (key != nullptr) {
            *key = {name.data(), name.size()};
        }
        return &value;
    }

    static berth_status use(const berth_cfg* node, berth_use* out) {
        for (const auto& [key, value] : node->members) {
            const auto found = current->uses_.find(key);
            if (found != current->uses_.end()) {
                *out = found->second.use;
                return found->second.denied ? BERTH_E_DENIED : BERTH_OK;
            }
        }
        return BERTH_E_INVAL;
    }

    static berth_timer* timer(uint64_t ms, uint64_t repeat_ms, void (*cb)(void*), void* u) {
        FakeHost& host = counted();
        host.timers_.push_back(
            std::make_unique<FakeHost::Timer>(FakeHost::Timer{host.now_ms + ms, repeat_ms, cb, u}));
        return reinterpret_cast<berth_timer*>(host.timers_.back().get());
    }

    static void timer_cancel(berth_timer* timer) {
        for (const auto& known : counted().timers_) {
            if (reinterpret_cast<berth_timer*>(known.get()) == timer) {
                known->cancelled = true;
            }
        }
    }

    static berth_sink* open_log(berth_sv target, const berth_cfg*) {
        auto& sink = counted().sinks_[text_of(target)];
        if (!sink) {
            sink = std::make_unique<FakeHost::Sink>();
            sink->target = text_of(target);
        }
        return reinterpret_cast<berth_sink*>(sink.get());
    }

    static char* reserve(berth_sink* sink, size_t n) {
        ++current->calls;
        auto& room = reinterpret_cast<FakeHost::Sink*>(sink)->room;
        room.assign(n, '\0');
        return n <= 8192 ? room.data() : nullptr;
    }

    static void commit(berth_sink* sink, size_t n) {
        auto& known = *reinterpret_cast<FakeHost::Sink*>(sink);
        assert(n <= known.room.size());
        counted().logs[known.target].append(known.room.data(), n);
    }

    static berth_arena* arena_open(const berth_host*) {
        ++counted().arenas_open;
        return new FakeHost::Arena;
    }
    static void arena_reset(berth_arena* arena) {
        ++current->calls;
        auto& known = static_cast<FakeHost::Arena&>(*arena);
        known.blocks.resize(1);
        known.use(known.blocks.front().get(), known.first_size);
    }
    static void arena_close(berth_arena* arena) {
        --counted().arenas_open;
        delete static_cast<FakeHost::Arena*>(arena);
    }
    static void* arena_more(berth_arena* arena, size_t n, size_t align) {
        ++current->calls;
        auto& known = static_cast<FakeHost::Arena&>(*arena);
        const size_t size = std::max(FakeHost::Arena::kBlock, n + align);
        known.blocks.push_back(std::make_unique<uint8_t[]>(size));
        known.use(known.blocks.back().get(), size);
        return berth_alloc(&current->table_, arena, n);
    }
};

const berth_config_ext Tables::config = {
    BERTH_HDR(berth_config_ext),
    get,
    at,
    [](const berth_cfg* node) {
        return node == nullptr ? 0u : static_cast<uint32_t>(node->members.size());
    },
    [](const berth_cfg* node) {
        return node == nullptr ? berth_sv{} : berth_sv{node->text.data(), node->text.size()};
    },
    [](const berth_cfg* node) { return node == nullptr ? int64_t{0} : node->number; },
    [](const berth_cfg* node) { return node == nullptr ? 0.0 : static_cast<double>(node->number); },
    [](const berth_cfg*) {
        return berth_sv{"test:1:1", 8};
    },
    use,
};

const berth_loop_ext Tables::loop = {
    BERTH_HDR(berth_loop_ext),
    [] { return counted().now_ms; },
    [] { return counted().now_ms * 1000; },
    [] { return counted().wall_us; },
    timer,
    timer_cancel,
    [](void* object) {
        ++counted().tickets_open;
        return static_cast<berth_ticket>(reinterpret_cast<uintptr_t>(object));
    },
    [](berth_ticket ticket) {
        --counted().tickets_open;
        current->forget_offloaded(ticket);
    },
    [](berth_ticket, void (*)(void*, void*), void*) -> berth_status { return BERTH_E_UNSUPPORTED; },
    // At once, as far as the plugin can tell: from the top of the loop.
    [](berth_ticket object, void (*work)(void*), void (*done)(void*, void*), void* arg)
        -> berth_status {
        counted().offloaded_.push_back({object, work, done, arg});
        return BERTH_OK;
    },
};

const berth_worker_ext Tables::worker = {
    BERTH_HDR(berth_worker_ext),
    [] { return 0u; },
    [] { return 1u; },
    [] { return uint64_t{1}; },
    [](berth_sv name) { return &counted().counters_[text_of(name)]; },
    []() -> volatile uint32_t* {return &counted().stamp;
}  // namespace berth::testing
, [](berth_sv, size_t, uint32_t) -> void* { return nullptr; },
    [](berth_sv key, int64_t delta, uint64_t ttl_ms, int64_t* sum) -> berth_status {
        *sum = counted().number(text_of(key)) + delta;
        return current->set_number(text_of(key), *sum, ttl_ms);
    },
    [](berth_sv key, int64_t* seen, int64_t value, uint64_t ttl_ms) -> berth_status {
        const int64_t before = counted().number(text_of(key));
        const bool expected = before == *seen;
        *seen = before;
        if (!expected) {
            return BERTH_AGAIN;
        }
        current->shared_values_.erase(text_of(key));
        return current->set_number(text_of(key), value, ttl_ms);
    },
    [](berth_sv key, void* buffer, size_t* n) -> berth_status {
        const std::string* value = counted().shared_value(text_of(key));
        if (value == nullptr) {
            return BERTH_DECLINED;
        }
        std::memcpy(buffer, value->data(), std::min(*n, value->size()));
        *n = value->size();
        return BERTH_OK;
    },
    [](berth_sv key, berth_sv value, uint64_t ttl_ms) -> berth_status {
        const uint64_t expires_ms = ttl_ms == 0 ? UINT64_MAX : counted().now_ms + ttl_ms;
        current->shared_values_[text_of(key)] = {text_of(value), expires_ms};
        return BERTH_OK;
    },
}
;

const berth_log_ext Tables::log = {BERTH_HDR(berth_log_ext), open_log, reserve, commit};

const berth_stream_ops FakeStream::kOps = {
    BERTH_HDR(berth_stream_ops),
    [](berth_stream* s, const berth_seg* segments, uint32_t n, uint32_t flags) {
        return static_cast<FakeStream*>(s)->write(segments, n, flags);
    },
    [](berth_stream* s, int32_t on) { static_cast<FakeStream*>(s)->pause(on != 0); },
    [](berth_stream* s, const berth_stream_cb* callbacks, void* u) {
        static_cast<FakeStream*>(s)->callbacks_ = callbacks;
        static_cast<FakeStream*>(s)->user_ = u;
    },
    [](berth_stream* s) -> const berth_conn_info* {
        ++current->calls;
        return &static_cast<FakeStream*>(s)->conn;
    },
    [](berth_stream*, const berth_tls_opts*) -> berth_status { return BERTH_E_UNSUPPORTED; },
    [](berth_stream* s, uint32_t what, uint64_t ms) {
        static_cast<FakeStream*>(s)->set_timeout(what, ms);
    },
    [](berth_stream* s, berth_status why, int32_t wants_linger) {
        static_cast<FakeStream*>(s)->close(why, wants_linger != 0);
    },
    [](berth_stream*) { return berth_ticket{0}; },
    [](berth_stream* s) { return static_cast<FakeStream*>(s)->unread; },
};

FakeStream::FakeStream(FakeHost& host) : berth_stream{&kOps}, host_(host) {
    conn.h = BERTH_HDR(berth_conn_info);
    conn.peer_ip = {"192.0.2.1", 9};
    conn.peer_port = 4000;
    conn.local_ip = {"192.0.2.2", 9};
    conn.local_port = 80;
    conn.transport = BERTH_TRANSPORT_TCP;
    host.streams_.push_back(this);
}

FakeStream::~FakeStream() {
    reset();
    auto& streams = host_.streams_;
    streams.erase(std::remove(streams.begin(), streams.end(), this), streams.end());
}

berth_status FakeStream::open(const berth_protocol_ops& protocol, void* inst, uint32_t listener) {
    conn.listener = listener;
    return protocol.on_open(inst, this, listener, &callbacks_, &user_);
}

void FakeStream::receive(std::string_view bytes) {
    assert(!ended_);
    kept.append(bytes);
    touch();
    present();
    host_.run();
}

void FakeStream::receive_in_pieces(std::string_view bytes, size_t piece) {
    for (size_t at = 0; at < bytes.size() && !gone; at += piece) {
        receive(bytes.substr(at, piece));
    }
}

void FakeStream::receive_end() {
    ended_ = true;
    host_.run();
}

void FakeStream::reset() {
    if (!gone && callbacks_ != nullptr) {
        gone = true;
        callbacks_->on_close(user_, BERTH_E_IO);
    }
    host_.run();
}

void FakeStream::read_output() {
    const bool waited = unread > high_watermark;
    unread = 0;
    if (waited && !gone && !closing) {
        callbacks_->on_writable(user_);
    }
    host_.run();
}

void FakeStream::drain(uint64_t deadline_ms) {
    callbacks_->on_drain(user_, deadline_ms);
    host_.run();
}

berth_status FakeStream::write(const berth_seg* segments, uint32_t n, uint32_t flags) {
    ++host_.calls;
    ++writes;
    for (uint32_t i = 0; i < n; ++i) {
        const berth_seg& segment = segments[i];
        if (!finished && !closing) {
            const bool file = segment.kind == BERTH_SEG_FILE;
            output.append(
                file ? std::string_view(segment.u.file->content).substr(segment.v.off)
                     : std::string_view(static_cast<const char*>(segment.u.mem), segment.len),
                0,
                segment.len);
            unread += segment.len;
        }
        if (segment.kind == BERTH_SEG_OWNED) {
            segment.v.owner->release(segment.v.owner);
        } else if (segment.kind == BERTH_SEG_FILE) {
            segment.u.file->release(segment.u.file);
        }
    }
    if (finished || closing) {
        return BERTH_E_STATE;
    }
    finished = (flags & BERTH_W_FIN) != 0;
    touch();
    return unread > high_watermark ? BERTH_AGAIN : BERTH_OK;
}

void FakeStream::pause(bool on) {
    ++host_.calls;
    paused = on;
    present_again_ |= !on;
}

void FakeStream::set_timeout(uint32_t what, uint64_t ms) {
    ++host_.calls;
    ++timeouts_set;
    timeout_kind = what;
    timeout_ms = ms;
    due_ms_ = host_.now_ms + ms;
}

void FakeStream::touch() {
    if (timeout_kind == BERTH_TIMEOUT_IDLE) {
        due_ms_ = host_.now_ms + timeout_ms;
    }
}

void FakeStream::close(berth_status why, bool wants_linger) {
    ++host_.calls;
    if (!closing) {
        closing = true;
        close_why = why;
        linger = wants_linger;
    }
}

// From an exact copy, so that reading beyond the input or after the call is found by ASan.
void FakeStream::present() {
    if (paused || gone || closing || kept.empty()) {
        return;
    }
    assert(!inside_);
    const auto copy = std::make_unique<uint8_t[]>(kept.size());
    std::memcpy(copy.get(), kept.data(), kept.size());
    berth_rbuf buffer{copy.get(), kept.size()};
    const size_t size = kept.size();
    inside_ = true;
    const berth_status status = callbacks_->on_data(user_, &buffer, 1);
    inside_ = false;
    kept.erase(0, size - buffer.n);
    if (status < 0) {
        close(status, false);
    }
}

// One thing from the top of the loop; false when there is none.
bool FakeStream::run_once() {
    if (gone) {
        return false;
    }
    if (closing) {
        gone = true;
        unread = close_why < 0 ? unread : 0;  // what was written goes first
        callbacks_->on_close(user_, close_why);
        return true;
    }
    if (present_again_ && !paused) {
        present_again_ = false;
        present();
        return true;
    }
    if (ended_ && !end_told_ && !paused) {
        end_told_ = true;
        berth_rbuf nothing{nullptr, 0};
        callbacks_->on_data(user_, &nothing, 1);
        return true;
    }
    if (timeout_kind != BERTH_TIMEOUT_NONE && host_.now_ms >= due_ms_) {
        timeout_kind = BERTH_TIMEOUT_NONE;
        callbacks_->on_timeout(user_);
        return true;
    }
    return false;
}

const std::string* FakeHost::shared_value(const std::string& key) {
    const auto found = shared_values_.find(key);
    if (found == shared_values_.end() || found->second.expires_ms <= now_ms ||
        found->second.bytes.empty()) {
        return nullptr;
    }
    return &found->second.bytes;
}

int64_t FakeHost::number(const std::string& key) {
    const std::string* value = shared_value(key);
    int64_t result = 0;
    if (value != nullptr) {
        std::memcpy(&result, value->data(), sizeof(result));
    }
    return result;
}

berth_status FakeHost::set_number(const std::string& key, int64_t number, uint64_t ttl_ms) {
    const bool is_new = shared_value(key) == nullptr;
    SharedValue& value = shared_values_[key];
    value.bytes.assign(reinterpret_cast<const char*>(&number), sizeof(number));
    if (is_new) {
        value.expires_ms = ttl_ms == 0 ? UINT64_MAX : now_ms + ttl_ms;
    }
    return BERTH_OK;
}

FakeHost::FakeHost() {
    assert(current == nullptr);
    current = this;
    table_.h = BERTH_HDR(berth_host);
    table_.abi_major = BERTH_ABI_MAJOR;
    table_.abi_minor = BERTH_ABI_MINOR;
    table_.name = {"fake", 4};
    table_.version = {"1", 1};
    table_.impl = this;
    table_.get_extension = get_extension;
    table_.log = [](const berth_host*, void*, int32_t, berth_sv message) {
        current->messages.push_back(text_of(message));
    };
    table_.fail = [](const berth_host*, const berth_cfg*, berth_status status, berth_sv message) {
        current->failures.push_back(text_of(message));
        return status;
    };
    table_.arena_open = Tables::arena_open;
    table_.arena_reset = Tables::arena_reset;
    table_.arena_close = Tables::arena_close;
    table_.arena_more = Tables::arena_more;
}

FakeHost::~FakeHost() {
    assert(streams_.empty());
    for (auto instance = instances_.rbegin(); instance != instances_.rend(); ++instance) {
        instance->factory->destroy(instance->inst);
    }
    pool_is_busy = false;
    while (run_offloaded()) {
    }
    for (auto loaded = modules_.rbegin(); loaded != modules_.rend(); ++loaded) {
        if (loaded->module->unload != nullptr) {
            loaded->module->unload(loaded->mod);
        }
    }
    current = nullptr;
}

const void* FakeHost::get_extension(const berth_host*, const char* id) {
    const std::string_view wanted = id;
    if (wanted == BERTH_CONFIG_EXT) {
        return &Tables::config;
    }
    if (wanted == BERTH_LOOP_EXT) {
        return &Tables::loop;
    }
    if (wanted == BERTH_WORKER_EXT) {
        return &Tables::worker;
    }
    if (wanted == BERTH_LOG_EXT) {
        return &Tables::log;
    }
    if (const auto given = current->provided_.find(wanted); given != current->provided_.end()) {
        return given->second;
    }
    for (const Loaded& loaded : current->modules_) {
        const auto* table = loaded.module->get_extension != nullptr
                                ? loaded.module->get_extension(loaded.mod, id)
                                : nullptr;
        if (table != nullptr) {
            return table;
        }
    }
    return nullptr;
}

berth_status FakeHost::load(const berth_module& module) {
    void* mod = nullptr;
    const berth_status status = module.load(&table_, &mod);
    if (status >= 0) {
        modules_.push_back({&module, mod});
    }
    return status;
}

const berth_factory* FakeHost::factory(const char* kind, const char* name) const {
    for (const Loaded& loaded : modules_) {
        for (const auto* const* factory = loaded.module->factories; *factory != nullptr;
             ++factory) {
            if (std::strcmp((*factory)->kind, kind) == 0 &&
                std::strcmp((*factory)->name, name) == 0) {
                return *factory;
            }
        }
    }
    return nullptr;
}

berth_status FakeHost::create(const char* kind,
                              const char* name,
                              const berth_cfg& config,
                              void** inst) {
    for (const Loaded& loaded : modules_) {
        for (const auto* const* factory = loaded.module->factories; *factory != nullptr;
             ++factory) {
            if (std::strcmp((*factory)->kind, kind) != 0 ||
                std::strcmp((*factory)->name, name) != 0) {
                continue;
            }
            configs_.push_back(std::make_unique<berth_cfg>(config));
            const berth_cfg* node = configs_.back().get();
            const berth_status status = (*factory)->create(loaded.mod, node, nullptr, inst);
            if (status >= 0) {
                instances_.push_back({*factory, *inst});
            }
            return status;
        }
    }
    return BERTH_E_INVAL;
}

void FakeHost::make_usable(const char* kind, const char* name, const berth_cfg& config) {
    void* inst = nullptr;
    [[maybe_unused]] const berth_status status = create(kind, name, config, &inst);
    assert(status >= 0);
    make_usable(*factory(kind, name), inst);
}

void FakeHost::make_usable(const berth_factory& factory, void* inst) {
    const auto number = static_cast<uint32_t>(uses_.size() + 1);
    uses_[factory.name].use = {BERTH_HDR(berth_use), &factory, inst, number, 0};
}

void FakeHost::run() {
    bool busy = true;
    while (busy) {
        busy = fire_due_timers() || run_offloaded();
        for (size_t i = 0; i < streams_.size(); ++i) {
            busy |= streams_[i]->run_once();
        }
    }
}

bool FakeHost::run_offloaded() {
    if (offloaded_.empty() || pool_is_busy) {
        return false;
    }
    const Offloaded next = offloaded_.front();
    offloaded_.erase(offloaded_.begin());
    next.work(next.arg);
    next.done(reinterpret_cast<void*>(static_cast<uintptr_t>(next.object)), next.arg);
    return true;
}

void FakeHost::forget_offloaded(berth_ticket ended) {
    for (Offloaded& work : offloaded_) {
        work.object = work.object == ended ? 0 : work.object;
    }
}

bool FakeHost::fire_due_timers() {
    timers_.erase(
        std::remove_if(
            timers_.begin(), timers_.end(), [](const auto& timer) { return timer->cancelled; }),
        timers_.end());
    for (size_t i = 0; i < timers_.size(); ++i) {
        Timer& timer = *timers_[i];
        if (timer.cancelled || timer.due_ms > now_ms) {
            continue;
        }
        timer.cancelled = timer.repeat_ms == 0;
        timer.due_ms = now_ms + timer.repeat_ms;
        timer.callback(timer.user);
        return true;
    }
    return false;
}

uint64_t FakeHost::next_event_ms(uint64_t limit_ms) const {
    uint64_t next = limit_ms;
    for (const auto& timer : timers_) {
        if (!timer->cancelled) {
            next = std::min(next, std::max(timer->due_ms, now_ms));
        }
    }
    for (const FakeStream* stream : streams_) {
        if (!stream->gone && stream->timeout_kind != BERTH_TIMEOUT_NONE) {
            next = std::min(next, std::max(stream->due_ms_, now_ms));
        }
    }
    return next;
}

void FakeHost::advance(uint64_t ms) {
    const uint64_t end = now_ms + ms;
    run();
    while (now_ms < end) {
        const uint64_t next = next_event_ms(end);
        wall_us += (next - now_ms) * 1000;
        now_ms = next;
        run();
    }
}

size_t FakeHost::timers_open() const {
    return static_cast<size_t>(std::count_if(
        timers_.begin(), timers_.end(), [](const auto& timer) { return !timer->cancelled; }));
}

uint64_t FakeHost::counter(const std::string& name) const {
    const auto found = counters_.find(name);
    return found == counters_.end() ? 0 : found->second;
}

}  // namespace berth::testing
