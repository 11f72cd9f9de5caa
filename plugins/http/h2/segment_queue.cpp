#include "h2/segment_queue.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace berth::http {
namespace {

constexpr size_t kTakenMax = 64;

// Copied memory, one allocation; the bytes follow.
struct CopiedText : berth_owner {
    size_t references = 1;

    static void retain_text(berth_owner* owner) { ++static_cast<CopiedText*>(owner)->references; }
    static void release_text(berth_owner* owner) {
        auto* const text = static_cast<CopiedText*>(owner);
        if (--text->references == 0) {
            std::free(text);
        }
    }
};

// An owned copy of the segment; owner NULL when memory is exhausted.
berth_seg copy_of(const berth_seg& segment) {
    void* const memory = std::malloc(sizeof(CopiedText) + segment.len);
    berth_seg copy = segment;
    copy.kind = BERTH_SEG_OWNED;
    copy.v.owner = nullptr;
    if (memory != nullptr) {
        auto* const text = new (memory) CopiedText;
        text->retain = CopiedText::retain_text;
        text->release = CopiedText::release_text;
        std::memcpy(text + 1, segment.u.mem, segment.len);
        copy.u.mem = text + 1;
        copy.v.owner = text;
    }
    return copy;
}

void skip(berth_seg& segment, uint64_t bytes) {
    segment.len -= bytes;
    if (segment.kind == BERTH_SEG_FILE) {
        segment.v.off += bytes;
    } else {
        segment.u.mem = static_cast<const char*>(segment.u.mem) + bytes;
    }
}

}  // namespace

bool SegmentQueue::append(Segments segments) {
    for (size_t i = 0; i < segments.size(); ++i) {
        const berth_seg& segment = segments[i];
        if (segment.len == 0) {
            drop_segments({&segment, 1});
            continue;
        }
        const bool passing = segment.kind == BERTH_SEG_COPY || segment.kind == BERTH_SEG_ARENA;
        if (!push(passing ? copy_of(segment) : segment)) {
            drop_segments(segments.subspan(i + 1));
            return false;
        }
    }
    return true;
}

bool SegmentQueue::push(berth_seg segment) {
    if (segment.kind == BERTH_SEG_OWNED && segment.v.owner == nullptr) {
        return false;
    }
    if (bytes_ == 0) {
        front_ = segment;
    } else {
        try {
            rest_.push_back(segment);
        } catch (const std::bad_alloc&) {
            drop_segments({&segment, 1});
            return false;
        }
    }
    bytes_ += segment.len;
    return true;
}

berth_seg SegmentQueue::take(uint64_t bytes_max) {
    berth_seg piece = front_;
    if (piece.len > bytes_max) {
        keep_segment(piece);
        piece.len = bytes_max;
        skip(front_, bytes_max);
    } else if (next_ < rest_.size()) {
        front_ = rest_[next_++];
        if (next_ == kTakenMax) {  // a stream that never runs dry must not keep what it sent
            rest_.erase(rest_.begin(), rest_.begin() + kTakenMax);
            next_ = 0;
        }
    } else {
        rest_.clear();
        next_ = 0;
    }
    bytes_ -= piece.len;
    return piece;
}

bool SegmentQueue::check(const berth_file_ext& files, uint64_t bytes) const {
    const auto holds = [&files](const berth_seg& segment) {
        return segment.kind != BERTH_SEG_FILE ||
               files.check(segment.u.file, segment.v.off + segment.len) == BERTH_OK;
    };
    bool all_hold = holds(front_);
    uint64_t seen = front_.len;
    for (size_t i = next_; all_hold && seen < bytes; ++i) {
        all_hold = holds(rest_[i]);
        seen += rest_[i].len;
    }
    return all_hold;
}

void SegmentQueue::clear() {
    if (bytes_ != 0) {
        drop_segments({&front_, 1});
        drop_segments(Segments(rest_).subspan(next_));
    }
    rest_.clear();
    next_ = 0;
    bytes_ = 0;
}

}  // namespace berth::http
