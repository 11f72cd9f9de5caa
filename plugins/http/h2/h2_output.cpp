#include "h2/h2_output.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>

namespace berth::http {

// What an exception has left there is no other session's.
H2Output::~H2Output() {
    if (is_gathering()) {
        drop_segments(Segments(room_.segments).first(room_.count));
        empty_room();
        leave();
    }
}

void H2Output::begin() {
    if (room_.user != nullptr || status_ != BERTH_OK) {
        return;
    }
    room_.user = this;
    if (!kept_.empty()) {
        const std::string kept = std::move(kept_);
        kept_ = std::string();
        add(kept);
    }
}

void H2Output::end() {
    if (is_gathering()) {
        write();
        leave();
    }
}

void H2Output::leave() {
    if (is_gathering()) {
        room_.user = nullptr;
    }
}

void H2Output::on_writable() {
    if (status_ == BERTH_AGAIN) {
        status_ = BERTH_OK;
    }
}

void H2Output::add(std::string_view bytes) {
    if (!is_gathering()) {
        kept_.append(bytes);
        return;
    }
    while (bytes.size() > room_.bytes.size() - room_.filled) {
        const size_t part = room_.bytes.size() - room_.filled;
        copy(bytes.substr(0, part));
        bytes.remove_prefix(part);
        write();
    }
    copy(bytes);
}

// Into the room, which has enough of it.
void H2Output::copy(std::string_view bytes) {
    if (!room_.open && room_.count == room_.kSegmentsMax) {
        write();
    }
    char* const at = room_.bytes.data() + room_.filled;
    std::copy(bytes.begin(), bytes.end(), at);
    room_.filled += bytes.size();
    room_.total += bytes.size();
    if (room_.open) {
        room_.segments[room_.count - 1].len += bytes.size();
    } else if (!bytes.empty()) {
        push(sdk::copied({at, bytes.size()}));
        room_.open = true;
    }
}

void H2Output::add(const berth_seg& segment) {
    if (segment.len <= BERTH_GATHER_MAX && segment.kind != BERTH_SEG_FILE) {
        add(std::string_view(static_cast<const char*>(segment.u.mem), segment.len));
        drop_segments({&segment, 1});
        return;
    }
    if (room_.count == room_.kSegmentsMax) {
        write();
    }
    push(segment);
    room_.open = false;
    room_.total += segment.len;
    if (room_.total >= kBatch) {
        write();
    }
}

void H2Output::write() {
    if (room_.count == 0) {
        return;
    }
    if (has_failed()) {
        drop_segments(Segments(room_.segments).first(room_.count));
    } else {
        const auto n = static_cast<uint32_t>(room_.count);
        status_ = stream_.ops->write(&stream_, room_.segments.data(), n, 0);
    }
    empty_room();
}

void H2Output::empty_room() {
    room_.count = 0;
    room_.filled = 0;
    room_.total = 0;
    room_.open = false;
}

}  // namespace berth::http
