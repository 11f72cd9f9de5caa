#pragma once

#include "file_ref.h"
#include "module.h"

#include "berth/cpp/segment.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace berth::file {

// Contents of small files that are asked for again and again: they leave together with the head of
// the answer, without a call for the file. An open file is known by its address, which stays its
// own as long as it is held here; berth.file/1 gives another one when the file has changed.
class SmallFiles {
public:
    static constexpr uint64_t kSizeMax = 8 * 1024;

    explicit SmallFiles(const HostApi& api) : api_(api) {}

    // The content, NULL when it is not here (yet). A file that was changed in the last two seconds
    // is not kept: within the same tick of its time it may change once more.
    const sdk::SharedText* find(const FileRef& file, int64_t now_seconds);

private:
    struct Slot {
        const berth_file* asked = nullptr;  // last; kept when it is asked for once more
        FileRef file;
        sdk::SharedText content;
    };
    static constexpr size_t kSlots = 256;

    bool fill(Slot& slot, const FileRef& file) const;

    const HostApi& api_;
    std::array<Slot, kSlots> slots_;
};

}  // namespace berth::file
