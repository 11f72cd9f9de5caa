#include "h2/h2_stream_pool.h"

#include "h2/h2_stream.h"

#include <new>
#include <utility>

namespace berth::http {

void H2StreamDelete::operator()(H2Stream* stream) const {
    stream->~H2Stream();
    pool->give_back(H2StreamPool::Memory(reinterpret_cast<std::byte*>(stream)));
}

H2StreamPtr H2StreamPool::make(H2Session& session, uint32_t id, uint32_t send_window) {
    Memory memory = take();
    auto* const stream = new (memory.get()) H2Stream(session, id, send_window);
    static_cast<void>(memory.release());  // it is the stream's now
    return H2StreamPtr(stream, {this});
}

H2StreamPool::Memory H2StreamPool::take() {
    if (kept_.empty()) {
        return Memory(new std::byte[sizeof(H2Stream)]);
    }
    Memory memory = std::move(kept_.back());
    kept_.pop_back();
    return memory;
}

void H2StreamPool::give_back(Memory memory) {
    if (kept_.size() < kKeptMax) {
        kept_.push_back(std::move(memory));
    }
}

}  // namespace berth::http
