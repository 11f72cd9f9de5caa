#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "tls/key_file.h"
#include "tls/tls_settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth {

struct KeyPairFiles {
    std::string certificate, key;
};

// Tells the supervisor when certificate files were replaced: only once all pairs of a site parse
// and belong together, so a half-written pair is never handed on. Sees renames and flipped
// symlinks, too, and looks again every minute where inotify is blind. Driven by its user; has no
// thread.
class CertificateWatcher {
public:
    using OnChange = std::function<void(const std::string& id, std::vector<TlsKeyPair> pairs)>;
    using OnError = std::function<void(const std::string& id, const Error& error)>;

    static Result<std::unique_ptr<CertificateWatcher>> make(const KeyFileRules& rules,
                                                            OnChange on_change,
                                                            OnError on_error);
    ~CertificateWatcher();

    // `current`: what is served now, so that only a difference is reported.
    Status add(std::string id,
               std::vector<KeyPairFiles> files,
               const std::vector<TlsKeyPair>& current);
    // Forgets everything, before the files of another configuration are added.
    void clear();

    int fd() const { return inotify_.get(); }
    // fd() is readable.
    void on_readable(uint64_t now_ms);
    // Call about once a second.
    void tick(uint64_t now_ms);

private:
    struct Entry;
    CertificateWatcher(UniqueFd inotify,
                       const KeyFileRules& rules,
                       OnChange changed,
                       OnError failed);

    UniqueFd inotify_;
    KeyFileRules rules_;
    OnChange on_change_;
    OnError on_error_;
    std::vector<std::unique_ptr<Entry>> entries_;
    uint64_t next_look_ms_ = 0;
};

}  // namespace berth
