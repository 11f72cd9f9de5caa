#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace berth {

struct Config;

// The bytes of every certificate, key and CA file that a configuration names, read by the supervisor while
// it may still read them; a site without certificates gets the installation's self-signed pair. Inherited
// over the forks, so zygote and workers need no access to key files.
class TlsMaterial {
public:
    // state_dir: where the self-signed pair is kept. service_gid: group allowed to read 0640 keys.
    static Result<TlsMaterial> load(const Config& config,
                                    const std::string& state_dir,
                                    unsigned service_gid);

    // Bytes of a file of the configuration; empty when it is not one.
    std::string_view file(const std::string& path) const;
    const std::string& self_signed_certificate() const { return self_signed_certificate_; }
    const std::string& self_signed_key() const { return self_signed_key_; }

private:
    std::map<std::string, std::string> files_;
    std::string self_signed_certificate_, self_signed_key_;
};

}  // namespace berth
