#pragma once

#include "tls/held_bytes.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace berth {

// The buffers that all TLS connections of one loop share, so that an idle one needs none. One per
// loop; outlives its transports.
class TlsIo {
public:
    static constexpr size_t kRecordBytes = 16 * 1024;  // the most plaintext that one record holds
    static constexpr size_t kSealedBytes =
        kRecordBytes + 256;  // what such a record becomes, at most
    static constexpr size_t kInputBytes = 64 * 1024;
    static constexpr size_t kOutputBytes = 4 * kSealedBytes;

    TlsIo()
        : input(kInputBytes),
          output(kOutputBytes),
          record(std::make_unique<uint8_t[]>(kRecordBytes)) {}
    TlsIo(const TlsIo&) = delete;
    TlsIo& operator=(const TlsIo&) = delete;

    bool kernel_tls = true;                  // until the kernel has said that it has none
    uint64_t* kernel_connections = nullptr;  // counts those that the kernel encrypts for

    SharedBuffer input, output;               // ciphertext
    const std::unique_ptr<uint8_t[]> record;  // plaintext: small writes gathered into one record
};

}  // namespace berth
