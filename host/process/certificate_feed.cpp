#include "process/certificate_feed.h"

#include "base/log.h"
#include "process/monotonic_clock.h"
#include "process/tls_material.h"

#include <algorithm>
#include <utility>

namespace berth {

void CertificateFeed::start(const KeyFileRules& rules, OnChange on_change) {
    on_change_ = std::move(on_change);
    auto watcher = CertificateWatcher::make(
        rules,
        [this](const std::string& id, std::vector<TlsKeyPair> pairs) { changed(id, pairs); },
        [](const std::string& id, const Error& error) {
            log_warning("certificate of ", id, " is not replaced: ", error.message);
        });
    if (!watcher) {
        log_warning("certificates are not watched: ", watcher.error().message);
        return;
    }
    watcher_ = std::move(watcher).value();
}

void CertificateFeed::follow(const Snapshot& snapshot) {
    if (!watcher_) {
        return;
    }
    watcher_->clear();
    ids_.clear();
    for (auto& watched : snapshot.tls.watched(snapshot.config)) {
        ids_.push_back(watched.id);
        watcher_->add(watched.id, std::move(watched.files), std::move(watched.current));
    }
}

void CertificateFeed::add_waits(WaitSet& waits) {
    if (watcher_ && !ids_.empty()) {
        waits.add(watcher_->fd(), [this] { watcher_->on_readable(monotonic_ms()); });
    }
}

void CertificateFeed::tick(uint64_t now_ms) {
    if (watcher_ && !ids_.empty()) {
        watcher_->tick(now_ms);
    }
}

void CertificateFeed::changed(const std::string& id, const std::vector<TlsKeyPair>& pairs) {
    const auto found = std::find(ids_.begin(), ids_.end(), id);
    if (found != ids_.end()) {
        log_info("certificate of ", id, " was replaced");
        on_change_(static_cast<uint32_t>(found - ids_.begin()), pack_key_pairs(pairs));
    }
}

}  // namespace berth
