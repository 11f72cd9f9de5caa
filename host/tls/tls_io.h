#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace berth {

class TlsTransport;

// The buffers that all TLS connections of one loop share, so that an idle one needs none. Bytes in
// them belong to one transport at a time; when another needs the room, that one moves its bytes to
// the heap. One per loop; outlives its transports.
class TlsIo {
public:
    TlsIo();
    ~TlsIo();
    TlsIo(const TlsIo&) = delete;
    TlsIo& operator=(const TlsIo&) = delete;

private:
    friend class TlsTransport;

    static constexpr size_t kRecordBytes = 16 * 1024;
    static constexpr size_t kInputBytes = 64 * 1024;
    static constexpr size_t kOutputBytes = 4 * (kRecordBytes + 512);

    // Ciphertext [begin, end) of `owner`.
    struct Buffer {
        std::unique_ptr<uint8_t[]> bytes;
        TlsTransport* owner = nullptr;
        size_t begin = 0, end = 0;
    };

    Buffer input_, output_;
    std::unique_ptr<uint8_t[]> record_;  // small writes gathered into one record
};

}  // namespace berth
