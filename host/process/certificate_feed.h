#pragma once

#include "process/snapshot.h"
#include "process/wait_set.h"
#include "tls/certificate_watcher.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth {

// Watches the certificate files of the generation that serves and hands on new ones, so that a
// renewal needs no reload. A half-written pair is not handed on.
class CertificateFeed {
public:
    // index: of TlsMaterial::watched(); key_pairs: packed for a control message.
    using OnChange = std::function<void(uint32_t index, std::string key_pairs)>;

    // rules: who may own and read keys. Without inotify nothing is watched, and the log says so.
    void start(const KeyFileRules& rules, OnChange on_change);
    // From now on the files of this snapshot.
    void follow(const Snapshot& snapshot);
    void add_waits(WaitSet& waits);
    void tick(uint64_t now_ms);

private:
    void changed(const std::string& id, const std::vector<TlsKeyPair>& pairs);

    std::unique_ptr<CertificateWatcher> watcher_;
    OnChange on_change_;
    std::vector<std::string> ids_;
};

}  // namespace berth
