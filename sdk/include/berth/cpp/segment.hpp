// Pieces of output by the lifetime of their memory, and text that is shared by reference count.
#ifndef BERTH_CPP_SEGMENT_HPP
#define BERTH_CPP_SEGMENT_HPP

#include "berth/abi.h"

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace berth::sdk {

namespace detail {

inline berth_seg memory_segment(std::uint32_t kind, std::string_view text) {
    berth_seg segment{};
    segment.kind = kind;
    segment.u.mem = text.data();
    segment.len = text.size();
    return segment;
}

}  // namespace detail

// Valid during the call that takes the segment.
inline berth_seg copied(std::string_view text) {
    return detail::memory_segment(BERTH_SEG_COPY, text);
}
// Never freed: literals and data of the plugin.
inline berth_seg permanent(std::string_view text) {
    return detail::memory_segment(BERTH_SEG_STATIC, text);
}
// Allocated in an arena.
inline berth_seg in_arena(std::string_view text) {
    return detail::memory_segment(BERTH_SEG_ARENA, text);
}

// Part of an open file; a reference passes to the callee.
inline berth_seg file_part(berth_file* file, std::uint64_t offset, std::uint64_t length) {
    berth_seg segment{};
    segment.kind = BERTH_SEG_FILE;
    segment.u.file = file;
    segment.len = length;
    segment.v.off = offset;
    return segment;
}

// A copy of text that lasts as long as the arena; p is NULL when memory is exhausted.
inline berth_sv arena_copy(const berth_host* host, berth_arena* arena, std::string_view text) {
    void* memory = berth_alloc(host, arena, text.size() + 1);  // + 1: never NULL for empty text
    if (memory == nullptr) {
        return berth_sv{nullptr, 0};
    }
    if (!text.empty()) {
        std::memcpy(memory, text.data(), text.size());
    }
    return berth_sv{static_cast<const char*>(memory), text.size()};
}

// Text of one loop that is freed when the last segment cut from it has been sent and the holder let
// go.
class SharedText {
public:
    SharedText() = default;
    explicit SharedText(std::string text) : body_(new Body(std::move(text))) {}
    SharedText(const SharedText& other) : body_(other.body_) {
        if (body_ != nullptr) {
            retain(body_);
        }
    }
    SharedText(SharedText&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
    SharedText& operator=(SharedText other) noexcept {
        std::swap(body_, other.body_);
        return *this;
    }
    ~SharedText() {
        if (body_ != nullptr) {
            body_->release(body_);  // through the pointer: gcc 12 warns of what it inlines here
        }
    }

    std::string_view text() const { return body_ == nullptr ? std::string_view() : body_->text; }

    // A segment that holds its own reference, which passes to the callee of the write.
    berth_seg segment(std::size_t offset = 0, std::size_t length = std::string_view::npos) const {
        if (body_ == nullptr) {
            return permanent({});
        }
        retain(body_);
        berth_seg part = detail::memory_segment(BERTH_SEG_OWNED, text().substr(offset, length));
        part.v.owner = body_;
        return part;
    }

private:
    struct Body : berth_owner {
        explicit Body(std::string content)
            : berth_owner{&SharedText::retain, &SharedText::release}, text(std::move(content)) {}
        std::string text;
        std::size_t references = 1;
    };

    static void retain(berth_owner* owner) { ++static_cast<Body*>(owner)->references; }
    static void release(berth_owner* owner) {
        auto* body = static_cast<Body*>(owner);
        if (--body->references == 0) {
            delete body;
        }
    }

    Body* body_ = nullptr;
};

}  // namespace berth::sdk

#endif
