#include "tls/certificate_watcher.h"

#include "base/sys.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr uint64_t kLookAgainMs = 60'000;
// Certificate and key are written one after the other; for so long a pair that does not fit is no
// fault.
constexpr uint64_t kSettleMs = 5'000;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_same(const TlsKeyPair& a, const TlsKeyPair& b) {
    return a.certificate_pem == b.certificate_pem && a.key_pem.view() == b.key_pem.view();
}

}  // namespace

// The pairs of one site.
struct CertificateWatcher::Entry {
    std::string id;
    std::vector<KeyPairFiles> files;
    std::vector<TlsKeyPair> served;
    std::string reported;           // the last error, so that it is told once
    uint64_t failing_since_ms = 0;  // 0: the files are as they should be
};

Result<std::unique_ptr<CertificateWatcher>> CertificateWatcher::make(const KeyFileRules& rules,
                                                                     OnChange on_change,
                                                                     OnError on_error) {
    UniqueFd inotify(sys().inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify) {
        return Error{std::string("cannot watch certificate files: ") + std::strerror(errno), errno};
    }
    return std::unique_ptr<CertificateWatcher>(new CertificateWatcher(
        std::move(inotify), rules, std::move(on_change), std::move(on_error)));
}

CertificateWatcher::CertificateWatcher(UniqueFd inotify,
                                       const KeyFileRules& rules,
                                       OnChange on_change,
                                       OnError on_error)
    : inotify_(std::move(inotify)),
      rules_(rules),
      on_change_(std::move(on_change)),
      on_error_(std::move(on_error)) {}

CertificateWatcher::~CertificateWatcher() = default;

void CertificateWatcher::add(std::string id,
                             std::vector<KeyPairFiles> files,
                             std::vector<TlsKeyPair> served) {
    entries_.push_back(
        std::make_unique<Entry>(Entry{std::move(id), std::move(files), std::move(served), {}, 0}));
    watch_folders(*entries_.back());
}

void CertificateWatcher::clear() {
    for (const int watch : watches_) {
        sys().inotify_rm_watch(inotify_.get(), watch);
    }
    watches_.clear();
    entries_.clear();
}

void CertificateWatcher::on_readable(uint64_t now_ms) {
    // What happened does not matter, only that something did.
    alignas(inotify_event) char events[4096];
    while (sys().read(inotify_.get(), events, sizeof events) > 0) {
    }
    look_at_all(now_ms);
}

void CertificateWatcher::tick(uint64_t now_ms) {
    if (now_ms >= next_look_ms_) {
        // A folder may have been replaced by another of its name.
        for (const auto& entry : entries_) {
            watch_folders(*entry);
        }
        look_at_all(now_ms);
        return;
    }
    for (const auto& entry : entries_) {
        if (entry->failing_since_ms != 0) {
            look_at(*entry, now_ms);
        }
    }
}

void CertificateWatcher::watch_folders(const Entry& entry) {
    for (const KeyPairFiles& pair : entry.files) {
        watch(folder_of(pair.certificate));
        watch(folder_of(pair.key));
    }
}

// Best effort: a folder that cannot be watched is looked at every minute.
void CertificateWatcher::watch(const std::string& folder) {
    const int watch = sys().inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
    if (watch >= 0 && std::find(watches_.begin(), watches_.end(), watch) == watches_.end()) {
        watches_.push_back(watch);
    }
}

void CertificateWatcher::look_at_all(uint64_t now_ms) {
    next_look_ms_ = now_ms + kLookAgainMs;
    for (const auto& entry : entries_) {
        look_at(*entry, now_ms);
    }
}

void CertificateWatcher::look_at(Entry& entry, uint64_t now_ms) {
    auto read = read_pairs(entry);
    if (!read) {
        note_failure(entry, read.error(), now_ms);
        return;
    }
    entry.failing_since_ms = 0;
    entry.reported.clear();
    const std::vector<TlsKeyPair>& pairs = read.value();
    if (std::equal(pairs.begin(), pairs.end(), entry.served.begin(), entry.served.end(), is_same)) {
        return;
    }
    entry.served = pairs;
    on_change_(entry.id, entry.served);
}

Result<std::vector<TlsKeyPair>> CertificateWatcher::read_pairs(const Entry& entry) const {
    std::vector<TlsKeyPair> pairs;
    for (const KeyPairFiles& files : entry.files) {
        auto pair = read_key_pair(files.certificate, files.key, rules_);
        if (!pair) {
            return pair.error();
        }
        pairs.push_back(std::move(pair).value());
    }
    return pairs;
}

void CertificateWatcher::note_failure(Entry& entry, const Error& error, uint64_t now_ms) {
    if (entry.failing_since_ms == 0) {
        entry.failing_since_ms = std::max<uint64_t>(now_ms, 1);
    }
    if (now_ms - entry.failing_since_ms < kSettleMs || entry.reported == error.message) {
        return;
    }
    entry.reported = error.message;
    on_error_(entry.id, error);
}

}  // namespace berth
