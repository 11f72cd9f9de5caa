// Connection: sending files. What is in memory anyway goes out at once, by the kernel alone where
// there is no transport; what is not comes from the pool first, so that the loop never waits for a
// disk. A file that has become shorter ends the connection: its length was told already. (HTTP/2
// asks before it tells.)
#include "base/log.h"
#include "base/sys.h"
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/event_loop.h"
#include "net/open_file.h"
#include "net/thread_pool.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace berth {

// Alive as long as the queue that waits; what the pool brings for one that has gone is dropped.
struct FileWait {
    Connection& connection;

    void arrived(HeapBlock::Ptr block) { connection.file_arrived(std::move(block)); }
    void pool_has_room() { connection.fetch_again(); }
};

namespace {

// Up to here a copy into the turn buffer, which leaves with the head, costs less than a second
// call.
constexpr size_t kCopyMax = 32 * 1024;
constexpr uint64_t kKernelPart = 1 << 20;  // of one sendfile()
constexpr size_t kFetchedPart = 64 * 1024;
// The system reads ahead so much, so where both ends of a stretch are in memory all of it is.
constexpr uint64_t kProbeStep = 128 * 1024;
constexpr uint64_t kWarmMs = 100;

constexpr IoResult kFailedResult = {IoStatus::kFailed, 0, false};
constexpr IoResult kAgainResult = {IoStatus::kAgain, 0, false};

// The disk failed, or the file has become shorter.
IoResult file_failed(berth_file& file) {
    tell_failure(file);
    return kFailedResult;
}

// What the pool reads. File and block belong to the loop and are given up there.
struct Fetch {
    FileRef file;
    uint64_t offset;
    size_t size;
    HeapBlock::Ptr block;
    std::weak_ptr<FileWait> wait;
    FileReadResult result;
};

void finish_fetch(Fetch& fetch) {
    const FileRef file = std::move(fetch.file);
    file->memory().asked_at_once = fetch.result.asked_at_once;
    HeapBlock::Ptr block = std::move(fetch.block);
    if (const auto wait = fetch.wait.lock()) {
        if (fetch.result.status != FileRead::kOk || fetch.result.bytes == 0) {
            file_failed(*file.get());
            block.reset();
        } else {
            block->assign(block->data(), fetch.result.bytes);
        }
        wait->arrived(std::move(block));
    }
}

bool is_in_memory(berth_file& file, uint64_t offset) {
    uint8_t byte = 0;
    return read_file_now(file, offset, {&byte, 1}).status == FileRead::kOk;
}

// How much from offset on, at most size, can be sent without waiting for a disk; 0: nothing is
// known to be in memory. A stretch counts when both of its ends are there.
uint64_t size_in_memory(berth_file& file, uint64_t offset, uint64_t size, uint64_t now_ms) {
    FileMemory& memory = file.memory();
    if (memory.asked_at_once) {
        return size;
    }
    if (now_ms >= memory.warm_until_ms || offset < memory.warm_from || offset > memory.warm_to) {
        if (!is_in_memory(file, offset)) {
            return 0;
        }
        memory.warm_from = offset;
        memory.warm_to = offset + 1;
        memory.warm_until_ms = now_ms + kWarmMs;
    }
    const uint64_t end = offset + size;
    while (memory.warm_to < end) {
        const uint64_t next =
            std::min(memory.warm_to + kProbeStep, std::max(end, file.stat().size));
        if (!is_in_memory(file, next - 1)) {
            break;
        }
        memory.warm_to = next;
    }
    return std::min(memory.warm_to, end) - offset;
}

}  // namespace

// Takes over the segment's reference.
berth_status Connection::queue_file(const berth_seg& segment) {
    FileRef file(segment.u.file);
    if (segment.len == 0) {
        return BERTH_OK;
    }
    if (segment.len <= kCopyMax && copy_file(*file.get(), segment.v.off, segment.len)) {
        return BERTH_OK;
    }
    if (state_ >= State::kClosed || !make_room()) {
        return state_ >= State::kClosed ? BERTH_E_IO : BERTH_E_NOMEM;
    }
    mark_unsent();
    const uint64_t size = file->stat().size;
    if (file->is_loaded() && segment.v.off <= size && segment.len <= size - segment.v.off) {
        const uint8_t* const bytes = file->content().data() + segment.v.off;
        output_->add_reference(bytes, segment.len, file.release());
        return BERTH_OK;
    }
    output_->add_file(*file.release(), segment.v.off, segment.len);
    return BERTH_OK;
}

// Small parts are read when they are written, and not when they are sent: there is one call less,
// and the bytes that a frame of HTTP/2 has promised are there whatever becomes of the file. False:
// not all of them are at hand.
bool Connection::copy_file(berth_file& file, uint64_t offset, size_t n) {
    const bool gathers = can_gather(n);
    if (!gathers && (file.is_loaded() || state_ >= State::kClosed)) {
        return false;
    }
    TurnBuffer& turn = loop_.table().turn_buffer();
    uint8_t* const place = gathers ? turn.place() : loop_.table().file_buffer().data();
    const FileReadResult read = read_file_now(file, offset, {place, n});
    if (read.status != FileRead::kOk || read.bytes != n || !make_room()) {
        return false;
    }
    mark_unsent();
    if (!gathers) {
        return output_->add_copy(place, n);
    }
    output_->add_turn(turn.add(n), n);
    return true;
}

IoResult Connection::send_file() {
    if (output_->file_wait()) {
        return kAgainResult;
    }
    const OutputQueue::FilePart part = output_->first_file();
    return sends_by_transport() ? send_file_by_transport(part.file, part.offset, part.size)
                                : send_file_by_kernel(part.file, part.offset, part.size);
}

IoResult Connection::send_file_by_kernel(berth_file& file, uint64_t offset, uint64_t size) {
    const uint64_t most = std::min({size, kKernelPart, uint64_t{sys().io_max}});
    const uint64_t part = size_in_memory(file, offset, most, loop_.now_ms());
    if (part == 0) {
        return fetch_file(file, offset, size);
    }
    for (;;) {
        auto position = static_cast<off_t>(offset);
        const ssize_t n = sys().sendfile(fd_.get(), file.fd(), &position, part);
        if (n > 0) {
            return {IoStatus::kOk, static_cast<size_t>(n), false};
        }
        if (n == 0 || errno == EIO) {
            return file_failed(file);
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return kAgainResult;
        }
        if (errno != EINTR) {
            return kFailedResult;
        }
    }
}

IoResult Connection::send_file_by_transport(berth_file& file, uint64_t offset, uint64_t size) {
    const std::span<uint8_t> buffer = loop_.table().file_buffer();
    const size_t part = std::min({size, uint64_t{buffer.size()}, uint64_t{sys().io_max}});
    const FileReadResult read = read_file_now(file, offset, buffer.first(part));
    if (read.status == FileRead::kCold) {
        return fetch_file(file, offset, size);
    }
    if (read.status != FileRead::kOk || read.bytes == 0) {
        return file_failed(file);
    }
    const iovec piece{buffer.data(), read.bytes};
    return transport_->write(fd_.get(), {&piece, 1});
}

// The disk is asked on the pool; sending goes on when file_arrived().
IoResult Connection::fetch_file(berth_file& file, uint64_t offset, uint64_t size) {
    auto fetch = std::make_shared<Fetch>();
    file.retain(&file);
    fetch->file = FileRef(&file);
    fetch->offset = offset;
    fetch->size = static_cast<size_t>(std::min<uint64_t>(size, kFetchedPart));
    fetch->block = HeapBlock::make(fetch->size);
    if (!fetch->block) {
        return kFailedResult;
    }
    auto wait = std::make_shared<FileWait>(FileWait{*this});
    fetch->wait = wait;
    const bool queued = loop_.pool().run(
        [fetch] {
            const std::span<uint8_t> into(fetch->block->data(), fetch->size);
            fetch->result = read_file(*fetch->file.get(), fetch->offset, into);
        },
        [fetch] { finish_fetch(*fetch); });
    if (!queued) {
        loop_.pool().when_room([waiting = std::weak_ptr(wait)] {
            const auto held = waiting.lock();
            if (held) {
                held->pool_has_room();
            }
            return held != nullptr;
        });
    }
    output_->file_wait() = std::move(wait);
    return kAgainResult;
}

// Null: the disk failed, or the file ends before.
void Connection::file_arrived(HeapBlock::Ptr block) {
    if (!block) {
        output_->file_wait().reset();
        fail(BERTH_E_IO);
        return;
    }
    output_->put_in_front(std::move(block));
    fetch_again();
}

// Sending goes on, and with it the asking.
void Connection::fetch_again() {
    output_->file_wait().reset();
    unblock();
    attend();
}

}  // namespace berth
