#pragma once

#include "byte_range.h"
#include "file_config.h"
#include "file_ref.h"
#include "file_texts.h"
#include "module.h"

#include "berth/cpp/accept_encoding.hpp"

#include <string>
#include <string_view>

namespace berth::file {

// A file that was found for a request.
struct FoundFile {
    FileRef file;
    std::string_view name;  // without the end that tells the coding
    sdk::Coding coding = sdk::Coding::kIdentity;
    uint32_t status = 200;  // or that of the error whose page it is
};

// Answers requests with files: all of it, parts, or that it is what the client has.
class FileAnswer {
public:
    FileAnswer(const HostApi& api, const FileConfig& config);

    // BERTH_OK, or an error of respond().
    berth_status send(berth_http_req* req, FoundFile found);

private:
    struct Parts;

    void add_shared_fields(Parts& parts) const;
    void add_content_fields(Parts& parts) const;
    berth_status send_whole(Parts& parts);
    berth_status send_ranges(Parts& parts, const RangeSet& ranges);
    berth_status send_unsatisfiable(Parts& parts) const;
    berth_status send_one_range(Parts& parts, const ByteRange& range);
    berth_status send_multipart(Parts& parts, const RangeSet& ranges);
    berth_status respond(const Parts& parts,
                         uint32_t status,
                         const berth_seg* body,
                         uint32_t n) const;

    const HostApi& api_;
    const FileConfig& config_;
    FileTextsCache texts_;
    std::string
        boundary_;  // of multipart answers; nobody can write a file that holds it on purpose
};

}  // namespace berth::file
