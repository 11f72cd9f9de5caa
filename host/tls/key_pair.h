#pragma once

#include "base/result.h"
#include "tls/tls_settings.h"

namespace berth {

// Whether both parts parse and belong together; the error names the part, or both.
Status check_key_pair(const TlsKeyPair& pair);

}  // namespace berth
