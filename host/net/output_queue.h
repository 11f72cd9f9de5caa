#pragma once

#include "base/live.h"
#include "net/send_progress.h"

#include "berth/abi.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace berth {

// Heap memory with a fill mark, one allocation; counted as LiveKind::kHeapBlock.
class HeapBlock {
public:
    struct Free {
        void operator()(HeapBlock* block) const;
    };
    using Ptr = std::unique_ptr<HeapBlock, Free>;

    // Null when memory is exhausted.
    static Ptr make(size_t capacity);

    uint8_t* data() { return static_cast<uint8_t*>(static_cast<void*>(this + 1)); }
    size_t size() const { return size_; }
    size_t room() const { return capacity_ - size_; }
    size_t capacity() const { return capacity_; }
    // n <= room()
    void append(const uint8_t* bytes, size_t n);
    // n <= capacity(); the bytes may be the block's own.
    void assign(const uint8_t* bytes, size_t n);

private:
    explicit HeapBlock(size_t capacity) : capacity_(capacity) {}

    size_t capacity_;
    size_t size_ = 0;
};

struct FileWait;

// What a connection has yet to send: pieces of the turn buffer, of memory that others own, and of
// heap blocks.
class OutputQueue {
public:
    // Throws when memory is exhausted, as make_room().
    OutputQueue() { pieces_.reserve(kPiecesMin); }
    OutputQueue(const OutputQueue&) = delete;
    OutputQueue& operator=(const OutputQueue&) = delete;
    ~OutputQueue() { clear(); }

    // What waits, parts of files included.
    uint64_t bytes() const { return bytes_; }
    // Of it, what is in memory because of this queue.
    uint64_t bytes_in_memory() const { return bytes_ - file_bytes_; }
    bool empty() const { return bytes_ == 0; }
    SendProgress& progress() { return progress_; }
    const SendProgress& progress() const { return progress_; }
    // Set while the pool fetches the next part of a file; null otherwise.
    std::shared_ptr<FileWait>& file_wait() { return file_wait_; }

    // Is there room for one more piece, and for the one that put_in_front() adds? Then adding them
    // cannot fail.
    bool has_room() const {
        return pieces_.empty() || pieces_.size() + kRoom <= pieces_.capacity();
    }
    void make_room();
    // Did it need no more than a spare queue should keep?
    bool is_small() const { return pieces_.capacity() <= kPiecesKept; }

    // These need the room of one piece.
    // Bytes in the turn buffer; joins them to the piece before when they follow it.
    void add_turn(const uint8_t* bytes, size_t n);
    // Bytes that stay where they are until sent. owner, when there is one, is released then.
    void add_reference(const uint8_t* bytes, size_t n, berth_owner* owner);
    // Part of a file; the reference passes to the queue.
    void add_file(berth_file& file, uint64_t offset, uint64_t n);
    // A copy on the heap. False, and nothing is added, when memory is exhausted.
    [[nodiscard]] bool add_copy(const uint8_t* bytes, size_t n);

    struct FilePart {
        berth_file& file;
        uint64_t offset, size;
    };
    // The first piece, which file_follows(0) says is of a file.
    FilePart first_file() const;
    // The first pieces up to a file, at most bytes_max; returns how many entries it filled.
    size_t gather(std::span<iovec> into, size_t bytes_max) const;
    // Does a file come behind so many pieces?
    bool file_follows(size_t count) const;
    // The block holds the first bytes of the file that is the first piece.
    void put_in_front(HeapBlock::Ptr block);
    // The first n bytes were sent.
    void consume(uint64_t n);
    // Copies what lies in the turn buffer to the heap. False when memory is exhausted.
    [[nodiscard]] bool keep();
    // Releases what is owned: nothing more will be sent. bytes() still tells how much was not.
    void abandon();
    // Forgets everything.
    void clear();

private:
    static constexpr size_t kRoom = 2;  // pieces that has_room() speaks of
    static constexpr size_t kPiecesMin = 4;
    static constexpr size_t kPiecesKept = 32;

    struct Piece {
        const uint8_t* bytes;  // null: of a file, from offset on
        uint64_t size;
        berth_owner* owner;
        HeapBlock::Ptr block;
        bool in_turn;
        uint64_t offset = 0;

        bool is_file() const { return bytes == nullptr; }
    };

    void advance(Piece& piece, uint64_t n);

    std::vector<Piece> pieces_;
    size_t first_ = 0;  // pieces before it are sent
    uint64_t bytes_ = 0;
    uint64_t file_bytes_ = 0;
    std::shared_ptr<FileWait> file_wait_;
    SendProgress progress_;
    [[no_unique_address]] Live<LiveKind::kOutputQueue> live_;
};

}  // namespace berth
