#include "tls/key_file.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "tls/key_pair.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr off_t kFileMax = 1024 * 1024;
constexpr mode_t kPermissions = 07777;

Error file_error(const std::string& path, int error) {
    return Error{"cannot read '" + path + "': " + std::strerror(error), error};
}

struct OpenFile {
    UniqueFd fd;
    struct stat facts {};
};

// Nothing is asked of the path again after the open, so what is checked is what is read.
Result<OpenFile> open_file(const std::string& path) {
    OpenFile file;
    file.fd = UniqueFd(sys().open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0));
    if (!file.fd || sys().fstat(file.fd.get(), &file.facts) != 0) {
        return file_error(path, errno);
    }
    if (!S_ISREG(file.facts.st_mode)) {
        return Error{"'" + path + "' is not a regular file"};
    }
    if (file.facts.st_size > kFileMax) {
        return Error{"'" + path + "' is larger than 1 MiB: not a certificate or key"};
    }
    return file;
}

Status check_key_permissions(const std::string& path,
                             const struct stat& facts,
                             const KeyFileRules& rules) {
    if (facts.st_uid != 0 && facts.st_uid != rules.user) {
        return Error{"key '" + path + "' belongs to user " + std::to_string(facts.st_uid) +
                     ", who could replace it: chown " + std::to_string(rules.user) + " '" + path +
                     "'"};
    }
    const mode_t mode = facts.st_mode & kPermissions;
    const bool private_to_owner = (mode & 077) == 0;
    const bool shared_with_service = (mode & 037) == 0 && facts.st_gid == rules.service_group;
    if (private_to_owner || shared_with_service) {
        return Done{};
    }
    const char digits[] = {'0',
                           static_cast<char>('0' + (mode >> 6 & 7)),
                           static_cast<char>('0' + (mode >> 3 & 7)),
                           static_cast<char>('0' + (mode & 7)),
                           '\0'};
    return Error{"key '" + path + "' is open to other users (mode " + digits + "): chmod 0600 '" +
                 path + "'"};
}

Result<std::string> read_all(const std::string& path, const OpenFile& file) {
    // One byte more than it had, so that a file that has grown is noticed; reserved at once, so
    // that a key leaves no copies behind in memory given back.
    std::string bytes(static_cast<size_t>(file.facts.st_size) + 1, '\0');
    size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t got = sys().read(file.fd.get(), bytes.data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return file_error(path, errno);
        }
        if (got == 0) {
            bytes.resize(size);
            return bytes;
        }
        size += static_cast<size_t>(got);
    }
    return Error{"'" + path + "' changed while it was read"};
}

// The certificates of a file that also holds their key, without it.
std::string certificates_of(const Secret& file) {
    constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    const std::string_view text = file.view();
    std::string found;
    for (size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at)) {
        const size_t end = std::min(text.find(kEnd, at), text.size() - kEnd.size()) + kEnd.size();
        found.append(text.substr(at, end - at)) += '\n';
        at = end;
    }
    return found;
}

}  // namespace

Result<Secret> read_key_file(const std::string& path, const KeyFileRules& rules) {
    const auto file = open_file(path);
    if (!file) {
        return file.error();
    }
    if (auto allowed = check_key_permissions(path, file.value().facts, rules); !allowed) {
        return allowed.error();
    }
    auto bytes = read_all(path, file.value());
    if (!bytes) {
        return bytes.error();
    }
    return Secret(std::move(bytes.value()));
}

Result<std::string> read_pem_file(const std::string& path) {
    const auto file = open_file(path);
    if (!file) {
        return file.error();
    }
    return read_all(path, file.value());
}

Result<TlsKeyPair> read_key_pair(const std::string& certificate_path,
                                 const std::string& key_path,
                                 const KeyFileRules& rules) {
    auto certificate = read_pem_file(certificate_path);
    if (!certificate) {
        return certificate.error();
    }
    auto key = read_key_file(key_path, rules);
    if (!key) {
        return key.error();
    }
    if (certificate_path == key_path) {
        certificate = certificates_of(Secret(std::move(certificate.value())));
    }
    TlsKeyPair pair{
        std::move(certificate).value(), std::move(key).value(), certificate_path, key_path};
    if (auto checked = check_key_pair(pair); !checked) {
        return checked.error();
    }
    return pair;
}

}  // namespace berth
