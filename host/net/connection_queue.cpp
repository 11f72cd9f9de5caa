// Connection: queueing what is to be sent.
#include "net/connection.h"
#include "net/connection_table.h"
#include "net/event_loop.h"
#include "net/open_file.h"

#include "berth/stream.h"

#include <algorithm>
#include <optional>

namespace berth {

namespace {

constexpr size_t kCopyGatherMax = 16 * 1024;  // longer copies get a heap block of their own

bool is_copied(const berth_seg& segment) {
    return segment.kind == BERTH_SEG_COPY || segment.kind == BERTH_SEG_ARENA ||
           segment.len <= BERTH_GATHER_MAX;
}

void release(std::span<const berth_seg> segments) {
    for (const berth_seg& segment : segments) {
        if (berth_owner* owner = berth_seg_owner(&segment)) {
            owner->release(owner);
        }
    }
}

// Opened by berth.file/1, and no more of it than there can be.
bool is_part_of_file(const berth_seg& segment) {
    const berth_file* file = segment.u.file;
    return segment.kind == BERTH_SEG_FILE && file != nullptr &&
           file->stat().type == BERTH_FILE_REGULAR &&
           segment.len <= INT64_MAX - std::min<uint64_t>(segment.v.off, INT64_MAX);
}

// What a list of segments holds.
struct Contents {
    uint64_t in_memory = 0;  // bytes; more than any limit when the sum overflows
    bool all_copied = true;
};

// Nothing when one of them cannot be sent.
std::optional<Contents> contents_of(std::span<const berth_seg> segments) {
    Contents contents;
    for (const berth_seg& segment : segments) {
        if (segment.kind < BERTH_SEG_FILE) {
            contents.in_memory += std::min(segment.len, UINT64_MAX - contents.in_memory);
            contents.all_copied &= is_copied(segment);
        } else if (is_part_of_file(segment)) {
            contents.all_copied = false;
        } else {
            return std::nullopt;
        }
    }
    return contents;
}

}  // namespace

berth_status Connection::write(std::span<const berth_seg> segments, bool fin) {
    if (state_ >= State::kClosing || flags_.fin_queued) {
        release(segments);
        return BERTH_E_STATE;
    }
    const std::optional<Contents> contents = contents_of(segments);
    if (!contents) {
        release(segments);
        return BERTH_E_INVAL;
    }
    const uint64_t queued = output_ ? output_->bytes_in_memory() : 0;
    if (contents->in_memory > limits_.output_max - std::min<uint64_t>(queued, limits_.output_max)) {
        count_hit(ConnectionLimit::kOutput);
        release(segments);
        return BERTH_E_LIMIT;
    }
    const bool gathers = contents->all_copied && contents->in_memory <= kCopyGatherMax &&
                         can_gather(contents->in_memory);
    const berth_status status = gathers ? gather(segments) : queue_each(segments);
    if (status < 0) {
        fail(status);
        return status;
    }
    flags_.fin_queued = fin;
    mark_unsent();
    if (output_bytes() <= limits_.high_watermark) {
        return BERTH_OK;
    }
    flags_.again_given = true;
    return BERTH_AGAIN;
}

// Small writes all go into the turn buffer, which has room for them.
berth_status Connection::gather(std::span<const berth_seg> segments) {
    if (!make_room()) {
        release(segments);
        return BERTH_E_NOMEM;
    }
    TurnBuffer& buffer = loop_.table().turn_buffer();
    const uint8_t* const begin = buffer.place();
    for (const berth_seg& segment : segments) {
        if (segment.len != 0) {
            buffer.add(segment.u.mem, static_cast<size_t>(segment.len));
        }
    }
    if (const auto size = static_cast<size_t>(buffer.place() - begin); size != 0) {
        output_->add_turn(begin, size);
        mark_unsent();  // before an owner may write: that could empty the buffer
    }
    release(segments);
    return BERTH_OK;
}

berth_status Connection::queue_each(std::span<const berth_seg> segments) {
    for (size_t i = 0; i < segments.size(); ++i) {
        if (const berth_status status = queue(segments[i]); status < 0) {
            release(segments.subspan(i + 1));
            return status;
        }
    }
    return BERTH_OK;
}

// Takes over the segment's reference, whatever it returns.
berth_status Connection::queue(const berth_seg& segment) {
    if (segment.kind == BERTH_SEG_FILE) {
        return queue_file(segment);
    }
    const auto* bytes = static_cast<const uint8_t*>(segment.u.mem);
    const auto length = static_cast<size_t>(segment.len);
    if (!is_copied(segment)) {
        if (!make_room()) {
            release({&segment, 1});
            return BERTH_E_NOMEM;
        }
        output_->add_reference(bytes, length, berth_seg_owner(&segment));
        return BERTH_OK;
    }
    if (length <= kCopyGatherMax && can_gather(length)) {
        return gather({&segment, 1});
    }
    const berth_status status = length == 0 ? BERTH_OK : queue_copy(bytes, length);
    release({&segment, 1});
    return status;
}

berth_status Connection::queue_copy(const uint8_t* bytes, size_t n) {
    if (state_ >= State::kClosed) {
        return BERTH_E_IO;
    }
    return make_room() && output_->add_copy(bytes, n) ? BERTH_OK : BERTH_E_NOMEM;
}

// Is there room in the turn buffer? Making it may close this connection.
bool Connection::can_gather(size_t n) {
    // While something is being sent, the turn buffer must not be emptied under it.
    if (flags_.blocked || flags_.partly || state_ != State::kOpen || loop_.table().is_sending()) {
        return false;
    }
    if (loop_.table().turn_buffer().room() < n) {
        loop_.table().flush_all();
    }
    return !flags_.blocked && !flags_.partly && state_ == State::kOpen;
}

bool Connection::get_room() {
    try {
        if (!output_) {
            output_ = loop_.table().take_queue();
        }
        output_->make_room();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

void Connection::mark_unsent() {
    if (!flags_.unsent && !flags_.blocked) {
        flags_.unsent = true;
        guarded([this] { loop_.table().add_unsent(*this); });
    }
}

}  // namespace berth
