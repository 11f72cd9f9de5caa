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
    using OnChange =
        std::function<void(const std::string& id, const std::vector<TlsKeyPair>& pairs)>;
    using OnError = std::function<void(const std::string& id, const Error& error)>;

    static Result<std::unique_ptr<CertificateWatcher>> make(const KeyFileRules& rules,
                                                            OnChange on_change,
                                                            OnError on_error);
    ~CertificateWatcher();

    // served: what is in use now, so that only a difference is reported.
    void add(std::string id, std::vector<KeyPairFiles> files, std::vector<TlsKeyPair> served);
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
                       OnChange on_change,
                       OnError on_error);

    void watch_folders(const Entry& entry);
    void watch(const std::string& folder);
    void look_at_all(uint64_t now_ms);
    void look_at(Entry& entry, uint64_t now_ms);
    Result<std::vector<TlsKeyPair>> read_pairs(const Entry& entry) const;
    void note_failure(Entry& entry, const Error& error, uint64_t now_ms);

    const UniqueFd inotify_;
    const KeyFileRules rules_;
    const OnChange on_change_;
    const OnError on_error_;
    std::vector<int> watches_;
    std::vector<std::unique_ptr<Entry>> entries_;
    uint64_t next_look_ms_ = 0;
};

}  // namespace berth
