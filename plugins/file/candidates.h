#pragma once

#include "file_config.h"

#include "berth/cpp/accept_encoding.hpp"
#include "berth/http.h"

#include <cstdint>
#include <string_view>

namespace berth::file {

// A file that a request may mean.
struct Candidate {
    enum class Kind : uint8_t {
        kItself,  // the path of the request: when it is a folder, its slash is missing
        kFile,    // another file, or the index of a folder
        kFolder,  // a folder to be listed
    };
    Kind kind = Kind::kFile;
    sdk::Coding coding = sdk::Coding::kIdentity;
    std::string_view name;  // without the end that tells the coding
};

constexpr uint32_t kCandidatesMax = 32;

// What a request may mean, in the order in which it is looked for; in the arena of the request.
struct Candidates {
    const berth_sv* paths = nullptr;  // relative to the root, without a slash in front
    const Candidate* details = nullptr;
    uint32_t count = 0;
};

// One file, given by its path with a slash in front.
Candidates single_candidate(std::string_view path,
                            Candidate::Kind kind,
                            const berth_host* host,
                            berth_arena* arena);

// path: of the request, below its route, beginning with a slash. count is 0 when nothing is left
// that is not hidden, or memory is exhausted.
Candidates find_candidates(const FileConfig& config,
                           std::string_view path,
                           const berth_host* host,
                           berth_arena* arena);

// Encoded files beside the file of that name, the one that the client likes best first. count is 0
// when it takes none, or memory is exhausted.
Candidates find_siblings(const FileConfig& config,
                         const sdk::AcceptEncoding& accepted,
                         std::string_view name,
                         const berth_host* host,
                         berth_arena* arena);

}  // namespace berth::file
