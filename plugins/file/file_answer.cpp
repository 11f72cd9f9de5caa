#include "file_answer.h"

#include "answer_fields.h"
#include "conditional_fields.h"
#include "file_time.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace berth::file {
namespace {

constexpr uint64_t kMicroseconds = 1'000'000;

std::string range_text(const ByteRange& range, uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" +
           std::to_string(range.first + range.length - 1) + "/" + std::to_string(size);
}

}  // namespace

// What one answer is made of.
struct FileAnswer::Parts {
    Parts(berth_http_req* asked,
          FoundFile sent,
          int64_t now,
          std::string_view its_type,
          FileTextsCache& cache)
        : req(asked),
          found(std::move(sent)),
          stat(found.file.stat()),
          now_seconds(now),
          modified_seconds(std::min(seconds_of(stat.mtime_ns), now)),
          texts(cache.find(stat, modified_seconds)),
          type(its_type) {}

    berth_http_req* req;
    FoundFile found;
    berth_file_stat stat;
    int64_t now_seconds;
    int64_t modified_seconds;  // RFC 9110 8.8.2.1: never later than now
    const FileTexts& texts;
    std::string_view type;
    std::array<char, sdk::kHttpDateSize> expires;  // once it is among the fields
    AnswerFields fields;  // those that an answer has whether or not the file is sent
};

FileAnswer::FileAnswer(const HostApi& api, const FileConfig& config) : api_(api), config_(config) {
    std::random_device random;
    constexpr size_t kBoundarySize = 24;
    while (boundary_.size() < kBoundarySize) {
        boundary_.push_back("0123456789abcdef"[random() & 15]);
    }
}

berth_status FileAnswer::send(berth_http_req* req, FoundFile found) {
    const auto now = static_cast<int64_t>(api_.loop->wall_us() / kMicroseconds);
    const uint32_t status = found.status;
    std::string_view type = config_.types.find(found.name);
    type = type.empty() ? std::string_view(config_.default_type) : type;
    // Half a kilobyte of room, which the compiler would clear first.
    [[gnu::uninitialized]] Parts parts(req, std::move(found), now, type, texts_);
    add_shared_fields(parts);
    if (status != 200) {
        return send_whole(parts);
    }
    [[gnu::uninitialized]] const Conditions conditions = conditions_of(api_.host, *req);
    const Current current{true, parts.texts.tag(), parts.modified_seconds, now};
    switch (judge(conditions, current, true)) {
        case Verdict::kFailed:
            return api_.http->error(req, 412);
        case Verdict::kNotModified:
            return respond(parts, 304, nullptr, 0);
        default:
            break;
    }
    const berth_sv range = berth_known(req, BERTH_H_RANGE);
    if (range.p != nullptr && req->method == BERTH_M_GET && range_applies(conditions, current)) {
        return send_ranges(parts, RangeSet::parse(sdk::view(range), parts.stat.size));
    }
    return send_whole(parts);
}

// RFC 9110 15.4.5: those that 304 has as well.
void FileAnswer::add_shared_fields(Parts& parts) const {
    if (parts.found.status != 200) {
        return;
    }
    parts.fields.add("ETag", parts.texts.tag());
    parts.fields.add("Last-Modified", parts.texts.last_modified());
    if (!config_.cache_control.empty()) {
        const bool for_user = parts.req->login.n != 0;  // what caches keep is for everybody
        parts.fields.add("Cache-Control",
                         for_user ? config_.users_cache_control : config_.cache_control);
        parts.expires = sdk::format_http_date(parts.now_seconds + config_.cache_seconds);
        parts.fields.add("Expires", {parts.expires.data(), parts.expires.size()});
    }
    if (!config_.siblings.empty()) {
        parts.fields.add("Vary", "Accept-Encoding");
    }
    if (config_.cors) {
        parts.fields.add("Access-Control-Allow-Origin", "*");
    }
}

void FileAnswer::add_content_fields(Parts& parts) const {
    parts.fields.add("Accept-Ranges", "bytes");
    if (parts.found.coding != sdk::Coding::kIdentity) {
        parts.fields.add("Content-Encoding", sdk::name_of(parts.found.coding));
    }
}

berth_status FileAnswer::send_whole(Parts& parts) {
    parts.fields.add("Content-Type", parts.type);
    add_content_fields(parts);
    if (parts.stat.size == 0) {
        return respond(parts, parts.found.status, nullptr, 0);
    }
    const berth_seg body = sdk::file_part(parts.found.file.give_away(), 0, parts.stat.size);
    return respond(parts, parts.found.status, &body, 1);
}

berth_status FileAnswer::send_ranges(Parts& parts, const RangeSet& ranges) {
    switch (ranges.kind()) {
        case RangeSet::Kind::kUnsatisfiable:
            return send_unsatisfiable(parts);
        case RangeSet::Kind::kParts:
            return ranges.count() == 1 ? send_one_range(parts, ranges[0])
                                       : send_multipart(parts, ranges);
        default:
            return send_whole(parts);
    }
}

// RFC 9110 15.5.17.
berth_status FileAnswer::send_unsatisfiable(Parts& parts) const {
    const std::string range = "bytes */" + std::to_string(parts.stat.size);
    const berth_header field{sdk::sv("Content-Range"), sdk::sv(range)};
    return api_.http->error_with(parts.req, 416, &field, 1);
}

berth_status FileAnswer::send_one_range(Parts& parts, const ByteRange& range) {
    const std::string text = range_text(range, parts.stat.size);
    parts.fields.add("Content-Type", parts.type);
    parts.fields.add("Content-Range", text);
    add_content_fields(parts);
    const berth_seg body = sdk::file_part(parts.found.file.give_away(), range.first, range.length);
    return respond(parts, 206, &body, 1);
}

// RFC 9110 14.6.
berth_status FileAnswer::send_multipart(Parts& parts, const RangeSet& ranges) {
    std::array<std::string, kRangesMax + 1> texts;
    std::array<berth_seg, 2 * kRangesMax + 1> body;
    uint32_t n = 0;
    for (size_t i = 0; i < ranges.count(); ++i) {
        const ByteRange& range = ranges[i];
        texts[i].append(i == 0 ? "--" : "\r\n--").append(boundary_);
        texts[i].append("\r\nContent-Type: ").append(parts.type);
        texts[i].append("\r\nContent-Range: ").append(range_text(range, parts.stat.size));
        texts[i].append("\r\n\r\n");
        body[n++] = sdk::copied(texts[i]);
        body[n++] = sdk::file_part(parts.found.file.share(), range.first, range.length);
    }
    std::string& end = texts[ranges.count()];
    end.append("\r\n--").append(boundary_).append("--\r\n");
    body[n++] = sdk::copied(end);
    const std::string type = "multipart/byteranges; boundary=" + boundary_;
    parts.fields.add("Content-Type", type);
    add_content_fields(parts);
    return respond(parts, 206, body.data(), n);
}

berth_status FileAnswer::respond(const Parts& parts,
                                 uint32_t status,
                                 const berth_seg* body,
                                 uint32_t n) const {
    const berth_http_resp head = parts.fields.head(status);
    const berth_status sent = api_.http->respond(parts.req, &head, body, n);
    return sent < 0 ? sent : BERTH_OK;
}

}  // namespace berth::file
