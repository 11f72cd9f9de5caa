#pragma once

#include "entity_tag.h"

#include "berth/cpp/text.hpp"
#include "berth/file.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace berth::file {

// What the fields of an answer say of one state of a file.
class FileTexts {
public:
    // modified: what Last-Modified shall say.
    FileTexts(const berth_file_stat& stat, int64_t modified);

    std::string_view tag() const { return tag_.text(); }
    std::string_view last_modified() const { return {date_.data(), date_.size()}; }
    bool are_of(const berth_file_stat& stat, int64_t modified) const;

private:
    berth_file_stat stat_;
    int64_t modified_;
    FileTag tag_;
    std::array<char, sdk::kHttpDateSize> date_;
};

// The texts of files that were asked for lately: making them is a tenth of a small answer's work.
class FileTextsCache {
public:
    // Good until the next call.
    const FileTexts& find(const berth_file_stat& stat, int64_t modified);

private:
    static constexpr size_t kPlaces = 256;

    std::vector<std::optional<FileTexts>> places_;  // none before the first call
};

}  // namespace berth::file
