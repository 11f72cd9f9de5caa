#pragma once

#include "base/result.h"
#include "tls/tls_settings.h"

#include <cstdint>
#include <string>

namespace berth {

inline constexpr int kSelfSignedDays = 397;  // the most that clients accept

// A fresh P-256 key and its certificate for localhost, 127.0.0.1, ::1 and host_name, where that is
// one.
Result<TlsKeyPair> make_self_signed(const std::string& host_name, int64_t now_s);

// Whether a pair made for this host name is valid and less than half its life old.
bool is_fresh_self_signed(const TlsKeyPair& pair, const std::string& host_name, int64_t now_s);

}  // namespace berth
