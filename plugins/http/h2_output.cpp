#include "h2_output.h"

#include "berth/cpp/segment.hpp"

#include <algorithm>

namespace berth::http {

void H2Output::add(std::string_view bytes) {
    if (bytes.size() > room_.bytes.size() - filled_) {
        write();
    }
    char* const at = room_.bytes.data() + filled_;
    std::copy(bytes.begin(), bytes.end(), at);
    filled_ += bytes.size();
    bytes_ += bytes.size();
    if (open_) {
        room_.segments.back().len += bytes.size();
    } else {
        room_.segments.push_back(sdk::copied({at, bytes.size()}));
        open_ = true;
    }
    if (bytes_ >= kBatch) {
        write();
    }
}

void H2Output::add(const berth_seg& segment) {
    if (segment.len <= BERTH_GATHER_MAX && segment.kind != BERTH_SEG_FILE) {
        add(std::string_view(static_cast<const char*>(segment.u.mem), segment.len));
        drop_segments({&segment, 1});
        return;
    }
    room_.segments.push_back(segment);
    open_ = false;
    bytes_ += segment.len;
    if (bytes_ >= kBatch) {
        write();
    }
}

void H2Output::write() {
    if (room_.segments.empty()) {
        return;
    }
    if (status_ < 0) {
        drop_segments(room_.segments);
    } else {
        const auto n = static_cast<uint32_t>(room_.segments.size());
        status_ = stream_.ops->write(&stream_, room_.segments.data(), n, 0);
    }
    room_.segments.clear();
    filled_ = 0;
    bytes_ = 0;
    open_ = false;
}

}  // namespace berth::http
