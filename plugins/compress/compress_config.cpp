#include "compress_config.h"

#include "berth/cpp/text.hpp"

#include <algorithm>

namespace berth::compress {
namespace {

// "*", "*+json", or the text itself.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty() || pattern.front() != '*') {
        return sdk::equal_ignoring_case(pattern, text);
    }
    pattern.remove_prefix(1);
    return text.size() >= pattern.size() &&
           sdk::equal_ignoring_case(text.substr(text.size() - pattern.size()), pattern);
}

Coding coding_of(std::string_view name) {
    return name == "br" ? Coding::kBrotli : name == "zstd" ? Coding::kZstd : Coding::kGzip;
}

}  // namespace

void MediaTypes::add(std::string_view pattern) {
    const size_t slash = pattern.find('/');
    patterns_.emplace_back(sdk::lower_case(pattern.substr(0, slash)),
                           sdk::lower_case(pattern.substr(slash + 1)));
}

bool MediaTypes::contains(std::string_view content_type) const {
    const std::string_view name = sdk::trim(content_type.substr(0, content_type.find(';')));
    const size_t slash = name.find('/');
    if (slash == std::string_view::npos) {
        return false;
    }
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& pattern) {
        return matches(pattern.first, name.substr(0, slash)) &&
               matches(pattern.second, name.substr(slash + 1));
    });
}

CompressConfig read_config(const sdk::Config& given) {
    CompressConfig config;
    for (const sdk::Config name : given["encodings"]) {
        config.codings.push_back(coding_of(name.text()));
    }
    const auto level = [&](Coding coding, const char* key) {
        config.levels[static_cast<size_t>(coding)] = static_cast<int>(given[key].integer());
    };
    level(Coding::kGzip, "gzip_level");
    level(Coding::kBrotli, "br_level");
    level(Coding::kZstd, "zstd_level");
    config.min_size = given["min_size"].size();
    for (const sdk::Config type : given["types"]) {
        config.types.add(type.text());
    }
    config.with_credentials = given["with_credentials"].boolean();
    return config;
}

}  // namespace berth::compress
