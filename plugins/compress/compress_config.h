#pragma once

#include "berth/cpp/accept_encoding.hpp"
#include "berth/cpp/config.hpp"
#include "berth/http.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::compress {

using sdk::AcceptEncoding;
using sdk::Coding;
using sdk::kCodings;

// Media types and patterns of them: "text/*", "*/*+json".
class MediaTypes {
public:
    void add(std::string_view pattern);
    // content_type: with its parameters, as the field has it.
    bool contains(std::string_view content_type) const;

private:
    std::vector<std::pair<std::string, std::string>> patterns_;  // type and subtype in lower-case
};

struct CompressConfig {
    std::vector<Coding> codings;  // the first is liked best
    std::array<int, kCodings> levels{};
    uint64_t min_size = 0;
    MediaTypes types;
    bool with_credentials = true;
};

CompressConfig read_config(const sdk::Config& given);

}  // namespace berth::compress
