#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace berth::http {

class H2Session;
class H2Stream;
class H2StreamPool;

struct H2StreamDelete {
    H2StreamPool* pool;
    void operator()(H2Stream* stream) const;
};
using H2StreamPtr = std::unique_ptr<H2Stream, H2StreamDelete>;

// Makes the streams of a worker's sessions, each in the memory of one that is over: a request
// allocates nothing.
class H2StreamPool {
public:
    H2StreamPool() { kept_.reserve(kKeptMax); }  // to give back never fails

    H2StreamPtr make(H2Session& session, uint32_t id, uint32_t send_window);

private:
    friend struct H2StreamDelete;
    using Memory = std::unique_ptr<std::byte[]>;
    static constexpr size_t kKeptMax = 256;

    Memory take();
    void give_back(Memory memory);

    std::vector<Memory> kept_;
};

}  // namespace berth::http
