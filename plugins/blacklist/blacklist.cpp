// blacklist: closes connections from listed networks when they are accepted.
#include "berth_plugin_info.h"
#include "list_file.h"
#include "network_list.h"

#include "berth/cpp/conn_filter.hpp"
#include "berth/cpp/guard.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/loop.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace {

using berth::blacklist::ListFile;
using berth::blacklist::NetworkList;
using berth::sdk::Config;

constexpr uint64_t kLookMs = 2000;  // between two looks at the files

class Module : public berth::sdk::ModuleBase {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = ModuleBase::load(host);
        loop_ = extension<berth_loop_ext>(BERTH_LOOP_EXT);
        return loop_ == nullptr ? BERTH_E_UNSUPPORTED : status;
    }
    const berth_loop_ext* loop() const { return loop_; }

private:
    const berth_loop_ext* loop_ = nullptr;
};

// The lists of one instance. Copied for another thread, which reads the files, and back.
struct Lists {
    NetworkList denied, allowed;
};

// Both lists as the settings and the files make them.
struct Sources {
    Lists settings;
    std::optional<ListFile> deny_file, allow_file;

    bool has_files() const { return deny_file || allow_file; }
    bool has_changed() const {
        return (deny_file && deny_file->has_changed()) || (allow_file && allow_file->has_changed());
    }
    // Empty, or what is wrong. Blocks.
    std::string read(Lists& lists) {
        lists = settings;
        std::string problem = deny_file ? deny_file->read(lists.denied) : "";
        const std::string other = allow_file ? allow_file->read(lists.allowed) : "";
        return problem.empty() ? other : problem;
    }
};

// One `blacklist:` of a site file, in one worker.
class Blacklist {
public:
    static constexpr bool kTriedInZygote = true;

    explicit Blacklist(const Module& module) : host_(module.host()), loop_(*module.loop()) {}
    ~Blacklist() {
        if (timer_ != nullptr) {
            loop_.timer_cancel(timer_);
        }
        if (ticket_ != 0) {
            loop_.retire(ticket_);
        }
    }
    Blacklist(const Blacklist&) = delete;
    Blacklist& operator=(const Blacklist&) = delete;

    berth_status configure(const Config& config) {
        berth_status status = read_list(config["deny"], sources_.settings.denied);
        const berth_status other = read_list(config["allow"], sources_.settings.allowed);
        status = status < 0 ? status : other;
        sources_.deny_file = file_of(config["deny_file"]);
        sources_.allow_file = file_of(config["allow_file"]);
        if (const std::string problem = sources_.read(lists_); !problem.empty()) {
            status = config.fail(problem);
        }
        if (status >= 0 && sources_.has_files()) {
            ticket_ = loop_.ticket(this);
            timer_ = loop_.timer(
                kLookMs,
                kLookMs,
                [](void* self) {
                    berth::sdk::guarded([&] { static_cast<Blacklist*>(self)->look(); });
                },
                this);
        }
        return status;
    }

    // The white list wins.
    berth_status on_accept(berth_conn& conn) {
        if (berth::sdk::is_no_ip(conn.peer) || !lists_.denied.contains(conn.peer)) {
            return BERTH_OK;
        }
        return lists_.allowed.contains(conn.peer) ? BERTH_OK : BERTH_DECLINED;
    }

private:
    // What a pool thread does for an instance.
    struct Look {
        Sources sources;
        Lists lists;
        bool changed = false;
        std::string problem;
    };

    static berth_status read_list(const Config& given, NetworkList& list) {
        berth_status status = BERTH_OK;
        for (const Config item : given) {
            if (const char* problem = list.add(item.text())) {
                status = item.fail("'" + std::string(item.text()) + "' " + problem);
            }
        }
        return status;
    }

    static std::optional<ListFile> file_of(const Config& path) {
        return path.text().empty() ? std::nullopt
                                   : std::optional<ListFile>(std::string(path.text()));
    }

    void look() {
        if (looking_) {
            return;
        }
        auto look = std::make_unique<Look>(Look{sources_, {}, false, {}});
        looking_ = loop_.offload(ticket_, work, done, look.get()) >= 0;
        if (looking_) {
            look.release();  // done() frees it
        }
    }

    static void work(void* arg) {
        auto& look = *static_cast<Look*>(arg);
        const berth_status status = berth::sdk::guarded([&] {
            look.changed = look.sources.has_changed();
            if (look.changed) {
                look.problem = look.sources.read(look.lists);
            }
        });
        look.changed &= status >= 0;  // without memory, the next look finds the same
    }

    static void done(void* object, void* arg) {
        const std::unique_ptr<Look> look(static_cast<Look*>(arg));
        if (object != nullptr) {
            berth::sdk::guarded([&] { static_cast<Blacklist*>(object)->take(*look); });
        }
    }

    // A file with a mistake changes nothing: the lists stay as they were.
    void take(Look& look) {
        looking_ = false;
        if (!look.changed) {
            return;
        }
        sources_ = std::move(look.sources);
        if (look.problem.empty()) {
            lists_ = std::move(look.lists);
        }
        const std::string text =
            look.problem.empty() ? "blacklist: the lists were read again"
                                 : "blacklist: " + look.problem + "; the lists stay as they were";
        host_->log(host_,
                   this,
                   look.problem.empty() ? BERTH_LOG_INFO : BERTH_LOG_WARNING,
                   berth::sdk::sv(text));
    }

    const berth_host* host_;
    const berth_loop_ext& loop_;
    Sources sources_;
    Lists lists_;
    berth_ticket ticket_ = 0;
    berth_timer* timer_ = nullptr;
    bool looking_ = false;
};

constexpr berth_factory kBlacklist =
    berth::sdk::conn_filter<Blacklist, Module>({"blacklist",
                                                berth_schema_blacklist,
                                                "closes connections from listed networks",
                                                BERTH_FAC_FAIL_CLOSED});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, BERTH_LOOP_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kBlacklist>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Closes connections from listed networks"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
