#include "tls/self_signed.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "tls/key_file.h"
#include "tls/self_signed_certificate.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace berth {
namespace {

Error system_error(const std::string& what) {
    return Error{what + ": " + std::strerror(errno), errno};
}

Status make_folder(const std::string& path) {
    for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        const bool is_last = slash == std::string::npos;
        const std::string part = path.substr(0, slash);
        if (sys().mkdir(part.c_str(), is_last ? 0700 : 0755) != 0 && errno != EEXIST) {
            return system_error("cannot make folder '" + part + "'");
        }
        if (is_last) {
            return Done{};
        }
    }
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = sys().write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return system_error("cannot write '" + path + "'");
        }
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return Done{};
}

Status write_new_file(const std::string& path, const TlsKeyPair& pair) {
    const UniqueFd fd(
        sys().open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) {
        return system_error("cannot make '" + path + "'");
    }
    for (const std::string_view part :
         {pair.key_pem.view(), std::string_view(pair.certificate_pem)}) {
        if (auto written = write_all(fd.get(), part, path); !written) {
            return written;
        }
    }
    return sys().fsync(fd.get()) == 0 ? Status(Done{})
                                      : system_error("cannot write '" + path + "'");
}

// Under another name first: readers see the old file or the whole new one.
Status store(const std::string& path, const TlsKeyPair& pair) {
    const std::string temporary = path + "." + std::to_string(getpid());
    sys().unlink(temporary.c_str());
    auto written = write_new_file(temporary, pair);
    if (written && sys().rename(temporary.c_str(), path.c_str()) != 0) {
        written = system_error("cannot make '" + path + "'");
    }
    if (!written) {
        sys().unlink(temporary.c_str());
    }
    return written;
}

}  // namespace

std::string tls_state_folder(bool root) {
    if (root) {
        return "/var/lib/berth/tls";
    }
    const char* const state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && state[0] == '/') {
        return std::string(state) + "/berth/tls";
    }
    const char* const home = std::getenv("HOME");
    return std::string(home != nullptr ? home : "") + "/.local/state/berth/tls";
}

Result<TlsKeyPair> self_signed_key_pair(const std::string& state_folder,
                                        const std::string& host_name,
                                        int64_t now_s) {
    // Key and certificate share a file, so that they are replaced together.
    const std::string path = state_folder + "/self-signed.pem";
    KeyFileRules rules;
    rules.user = getuid();
    auto kept = read_key_pair(path, path, rules);
    if (kept && is_fresh_self_signed(kept.value(), host_name, now_s)) {
        return kept;
    }
    if (auto made = make_folder(state_folder); !made) {
        return made.error();
    }
    auto fresh = make_self_signed(host_name, now_s);
    if (!fresh) {
        return fresh;
    }
    fresh.value().certificate_name = fresh.value().key_name = path;
    if (auto stored = store(path, fresh.value()); !stored) {
        return stored.error();
    }
    return fresh;
}

}  // namespace berth
