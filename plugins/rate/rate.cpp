// rate: answers 429 to who asks too often, counted by all workers together.
#include "berth_plugin_info.h"
#include "token_bucket.h"

#include "berth/cpp/address.hpp"
#include "berth/cpp/field_list.hpp"
#include "berth/cpp/http_filter.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/cpp/text.hpp"
#include "berth/loop.h"
#include "berth/worker.h"

#include <algorithm>
#include <new>
#include <string>
#include <string_view>

namespace {

using berth::rate::Bucket;
using berth::sdk::Config;
using berth::sdk::sv;
using berth::sdk::view;

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr unsigned kIpv6Bits = 64;  // what one customer of a provider has
constexpr size_t kNameMax = 24, kValueMax = 64;
constexpr int kTriesMax = 8;  // to be faster than the other workers

class Module : public berth::sdk::HttpModule {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = HttpModule::load(host);
        loop_ = extension<berth_loop_ext>(BERTH_LOOP_EXT);
        worker_ = extension<berth_worker_ext>(BERTH_WORKER_EXT);
        return loop_ == nullptr || worker_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }
    const berth_loop_ext* loop() const { return loop_; }
    const berth_worker_ext* worker() const { return worker_; }

private:
    const berth_loop_ext* loop_ = nullptr;
    const berth_worker_ext* worker_ = nullptr;
};

// A number as the value of a field.
struct Digits {
    char text[berth::sdk::kNumberSize];
    size_t size = 0;
    void set(int64_t value) {
        size = berth::sdk::format_decimal(static_cast<uint64_t>(std::max<int64_t>(value, 0)), text);
    }
    berth_sv value() const { return {text, size}; }
};

// What the answer says, in the request's arena.
struct Told {
    Digits limit, left, reset, retry;
    bool limited = false;
};

// Whole seconds, rounded up.
int64_t seconds(int64_t ns) {
    return (ns + kNsPerSecond - 1) / kNsPerSecond;
}

// One `rate:` of a site file, in one worker.
class Rate {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_RATE;

    explicit Rate(const Module& module)
        : module_(module),
          hits_(module.worker()->counter(sv("berth_limit_hits_total{limit=\"rate\"}"))) {}

    berth_status configure(const Config& config) {
        const std::string_view allow = config["allow"].text();
        const auto count = berth::sdk::parse_decimal(allow.substr(0, allow.find('/')));
        if (!count) {
            return config["allow"].fail("not a rate: write for example 50/s, 100/m or 1000/h");
        }
        const int64_t period = allow.back() == 's' ? 1 : allow.back() == 'm' ? 60 : 3600;
        const auto limit = static_cast<int64_t>(*count);
        bucket_.token_ns = std::max<int64_t>(period * kNsPerSecond / limit, 1);
        const int64_t burst = config["burst"].integer();
        bucket_.burst = burst == 0 ? limit : burst;
        ttl_ms_ = static_cast<uint64_t>(bucket_.token_ns * bucket_.burst / 1'000'000) + 1000;
        fields_ = config["fields"].boolean();
        count_local_ = config["count_local"].boolean();
        read_key(config);
        return BERTH_OK;
    }

    // A table that is busy lets the request through: limits must not cause an outage.
    berth_status on_request(berth_http_req* req) {
        const std::string key = key_of(req);
        if (key.empty()) {
            return BERTH_OK;
        }
        const Bucket::Taken taken = take(key);
        if (taken.allowed && !fields_) {
            return BERTH_OK;
        }
        void* const memory = berth_alloc(module_.host(), req->arena, sizeof(Told));
        if (memory == nullptr) {
            return BERTH_E_NOMEM;
        }
        auto* const told = new (memory) Told;
        told->limit.set(bucket_.burst);
        told->left.set(taken.left);
        told->reset.set(seconds(taken.reset_ns));
        told->retry.set(std::max<int64_t>(seconds(taken.wait_ns), 1));
        told->limited = !taken.allowed;
        req->user = told;
        if (taken.allowed) {
            return BERTH_OK;
        }
        ++*hits_;
        const berth_status status = module_.http()->error(req, 429);
        return status < 0 ? status : BERTH_DECLINED;
    }

    berth_status on_response(berth_http_req* req, berth_http_resp* resp) {
        const auto* const told = static_cast<const Told*>(req->user);
        if (told == nullptr) {
            return BERTH_OK;
        }
        berth::sdk::FieldList fields(module_.host(), req, resp, 4);
        if (!fields) {
            return BERTH_E_NOMEM;
        }
        if (told->limited) {
            fields.add("retry-after", view(told->retry.value()));
        }
        if (fields_) {
            fields.add("ratelimit-limit", view(told->limit.value()));
            fields.add("ratelimit-remaining", view(told->left.value()));
            fields.add("ratelimit-reset", view(told->reset.value()));
        }
        return BERTH_OK;
    }

private:
    void read_key(const Config& config) {
        const std::string_view per = config["per"].text();
        per_route_ = per == "route";
        if (per.substr(0, 7) == "header:") {
            header_ = berth::sdk::lower_case(per.substr(7));
        }
        std::string_view name = config["name"].text();
        if (name.empty()) {
            name = view(module_.config()->where(config.node()));
        }
        name.remove_prefix(name.size() > kNameMax ? name.size() - kNameMax : 0);
        prefix_ = "rate/" + std::string(name) + "/";
    }

    // Empty: not counted.
    std::string key_of(berth_http_req* req) const {
        if (per_route_) {
            return prefix_;
        }
        const auto* const end = req->headers + req->n_headers;
        const auto* const field =
            std::find_if(header_.empty() ? end : req->headers, end, [this](const auto& each) {
                return view(each.name) == header_;
            });
        if (field != end) {
            return prefix_ + "h" + shortened(view(field->value));
        }
        const auto ip = berth::sdk::parse_ip(view(module_.http()->client(req)));
        if (!ip || (!count_local_ && berth::sdk::is_loopback(*ip))) {
            return count_local_ && !ip ? prefix_ + "unix" : std::string();
        }
        const berth_ip network =
            berth::sdk::is_ipv4(*ip) ? *ip : berth::sdk::network_of(*ip, kIpv6Bits);
        return prefix_ + std::string(reinterpret_cast<const char*>(network.b), sizeof(network.b));
    }

    // Of a long value, such as a token, both ends count.
    static std::string shortened(std::string_view value) {
        constexpr size_t kEnd = kValueMax / 2 - 1;
        if (value.size() < kValueMax) {
            return std::string(value);
        }
        return std::string(value.substr(0, kEnd)).append(value.substr(value.size() - kEnd));
    }

    Bucket::Taken take(const std::string& key) const {
        const int64_t now = static_cast<int64_t>(module_.loop()->now_us()) * 1000;
        int64_t seen = 0;
        for (int i = 0; i < kTriesMax; ++i) {
            const Bucket::Taken taken = bucket_.take(seen, now);
            const berth_status status =
                module_.worker()->kv_swap(sv(key), &seen, taken.full_at, ttl_ms_);
            if (status == BERTH_OK) {
                return taken;
            }
            if (status < 0) {
                break;
            }
        }
        return {true, 0, bucket_.burst, 0, 0};
    }

    const Module& module_;
    uint64_t* hits_;
    Bucket bucket_;
    uint64_t ttl_ms_ = 0;
    bool fields_ = false, count_local_ = false, per_route_ = false;
    std::string header_;  // lower-case; empty: not by a field
    std::string prefix_;  // of keys
};

constexpr berth_factory kRate = berth::sdk::http_filter<Rate, Module>(
    {"rate", berth_schema_rate, "answers 429 to who asks too often"});

constexpr const char* kRequired[] = {
    BERTH_CONFIG_EXT, BERTH_HTTP_EXT, BERTH_LOOP_EXT, BERTH_WORKER_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kRate>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Limits requests"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
