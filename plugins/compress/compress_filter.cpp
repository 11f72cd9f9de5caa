#include "compress_filter.h"

#include "berth/cpp/field_list.hpp"
#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace berth::compress {
namespace {

// Of input in one call: about two milliseconds of the loop at gzip's level 6.
constexpr size_t kTurnBytes = 128 * 1024;
constexpr size_t kFilePart = 64 * 1024;  // of one read
constexpr std::string_view kVary = "Accept-Encoding";

bool has_field(const berth_http_resp& resp, std::string_view name) {
    return sdk::find_field(resp, name) != nullptr;
}

// RFC 9110 8.8.1: what was encoded here and now is not the same to the byte any more.
berth_sv weakened(const berth_host* host, berth_arena* arena, berth_sv etag) {
    const std::string_view text = sdk::view(etag);
    if (text.empty() || text.front() != '"') {
        return etag;
    }
    auto* const copy = static_cast<char*>(berth_alloc(host, arena, text.size() + 2));
    if (copy == nullptr) {
        return {nullptr, 0};
    }
    std::copy(text.begin(), text.end(), std::copy_n("W/", 2, copy));
    return {copy, text.size() + 2};
}

}  // namespace

berth_status Module::load(const berth_host* host) {
    const berth_status status = HttpModule::load(host);
    const auto* loop = extension<berth_loop_ext>(BERTH_LOOP_EXT);
    if (status < 0 || loop == nullptr) {
        return status < 0 ? status : BERTH_E_UNSUPPORTED;
    }
    files_ = extension<berth_file_ext>(BERTH_FILE_EXT);
    encoders_ = std::make_unique<EncoderPool>(*loop);
    return BERTH_OK;
}

// What is left of an answer's body while it is encoded; in the request's arena.
struct CompressFilter::Body {
    EncoderPool::Kind kind;
    uint64_t size;  // BERTH_LENGTH_UNKNOWN: comes bit by bit, each of which is let through
    std::unique_ptr<Encoder> encoder;  // taken when the body begins
    // A part of a file that is being fetched, and what came of it.
    CompressFilter* filter = nullptr;
    berth_http_req* req = nullptr;
    berth_file_op* fetching = nullptr;
    std::string fetched;
    berth_status fetch_status = BERTH_OK;
};

berth_status CompressFilter::configure(const sdk::Config& config) {
    config_ = read_config(config);
    return BERTH_OK;
}

// Whatever the client takes: would another encoding be the same answer?
bool CompressFilter::may_encode(const berth_http_req& req, const berth_http_resp& resp) const {
    const bool has_body = resp.status != 204 && resp.status != 205 && resp.status != 304;
    const bool secret = berth_known(&req, BERTH_H_COOKIE).p != nullptr ||
                        berth_known(&req, BERTH_H_AUTHORIZATION).p != nullptr;
    return has_body && resp.content_length != 0 && resp.status != 206 &&
           (config_.with_credentials || !secret) && !has_field(resp, "content-range") &&
           !has_field(resp, "content-encoding") &&
           !sdk::field_contains(resp, "cache-control", "no-transform");
}

bool CompressFilter::is_worth_it(const berth_http_resp& resp) const {
    const berth_header* type = sdk::find_field(resp, "content-type");
    return resp.content_length >= config_.min_size && type != nullptr &&
           config_.types.contains(sdk::view(type->value));
}

// What the client wants most; of equals the one that comes first in the configuration.
Coding CompressFilter::choose(const AcceptEncoding& accepted) const {
    Coding best = Coding::kIdentity;
    uint16_t weight = accepted.weight(Coding::kIdentity);
    for (const Coding coding : config_.codings) {
        const uint16_t wanted = accepted.weight(coding);
        const bool equal_to_none = best == Coding::kIdentity && wanted == weight;
        if (wanted != 0 && (wanted > weight || equal_to_none)) {
            best = coding;
            weight = wanted;
        }
    }
    return best;
}

berth_status CompressFilter::on_response(berth_http_req* req, berth_http_resp* resp) {
    on_destroy(req);  // an answer before this one could not be sent
    if (resp->status == 206 || resp->status == 304) {  // RFC 9110 15.3.7, 15.4.5: as 200 would
        return vary_only(*req, *resp);
    }
    if (!may_encode(*req, *resp)) {
        return BERTH_DECLINED;
    }
    const AcceptEncoding accepted = sdk::accept_encoding_of(*req);
    if (!is_worth_it(*resp) && accepted.weight(Coding::kIdentity) != 0) {
        return BERTH_DECLINED;
    }
    const Coding coding = choose(accepted);
    if (coding == Coding::kIdentity) {
        return vary_only(*req, *resp);
    }
    const berth_status status = prepare(*req, *resp, coding);
    return status < 0 ? status : mark_encoded(*req, *resp, coding);
}

// The answer as it is, for this client.
berth_status CompressFilter::vary_only(berth_http_req& req, berth_http_resp& resp) const {
    sdk::FieldList fields(host_, &req, &resp, 1);
    if (!fields) {
        return BERTH_E_NOMEM;
    }
    if (!sdk::field_contains(resp, "vary", "*")) {
        fields.add_item("Vary", kVary);
    }
    return BERTH_DECLINED;
}

berth_status CompressFilter::mark_encoded(berth_http_req& req,
                                          berth_http_resp& resp,
                                          Coding coding) const {
    const berth_header* etag = sdk::find_field(resp, "etag");
    const berth_sv weak = etag == nullptr ? berth_sv{} : weakened(host_, req.arena, etag->value);
    sdk::FieldList fields(host_, &req, &resp, 3);
    if (!fields || (etag != nullptr && weak.p == nullptr)) {
        return BERTH_E_NOMEM;
    }
    if (weak.n != 0) {
        fields.remove("etag");
        fields.add("ETag", sdk::view(weak));
    }
    fields.remove("accept-ranges");  // ranges would be of other bytes
    fields.add("Content-Encoding", name_of(coding));
    if (!sdk::field_contains(resp, "vary", "*")) {
        fields.add_item("Vary", kVary);
    }
    return BERTH_OK;
}

berth_status CompressFilter::prepare(berth_http_req& req,
                                     const berth_http_resp& resp,
                                     Coding coding) {
    void* memory = berth_alloc(host_, req.arena, sizeof(Body));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    const EncoderPool::Kind kind{coding, config_.levels[static_cast<size_t>(coding)]};
    req.user =
        new (memory) Body{kind, resp.content_length, nullptr, this, &req, nullptr, {}, BERTH_OK};
    return BERTH_OK;
}

berth_status CompressFilter::on_resp_body(berth_http_req* req,
                                          berth_segs* in,
                                          berth_segs* out,
                                          bool last) {
    auto& body = *static_cast<Body*>(req->user);
    if (body.encoder == nullptr) {
        body.encoder = encoders_.take(body.kind);
        if (!body.encoder->begin(body.size)) {
            return BERTH_E_NOMEM;
        }
    }
    Output output(encoders_.chunks(), http_, *req, *out);
    const berth_status status = encode_part(body, *in, kTurnBytes, output);
    if (status < 0) {
        return status;
    }
    if (in->n == 0 && (last || body.size == BERTH_LENGTH_UNKNOWN)) {
        const EncodeMode mode = last ? EncodeMode::kEnd : EncodeMode::kFlush;
        if (!body.encoder->encode({}, mode, output)) {
            return BERTH_E_FAIL;
        }
    }
    if (!output.finish()) {
        return BERTH_E_NOMEM;
    }
    if (status == BERTH_PENDING) {
        return BERTH_PENDING;
    }
    if (in->n != 0) {
        return BERTH_AGAIN;
    }
    if (last) {
        end(body);
    }
    return BERTH_OK;
}

// Uses up that much of the input, its references included. BERTH_PENDING: the next part of a file
// is being fetched.
berth_status CompressFilter::encode_part(Body& body,
                                         berth_segs& in,
                                         size_t bytes_max,
                                         Output& output) {
    while (in.n != 0 && bytes_max != 0) {
        berth_seg& segment = in.segs[0];
        const bool is_file = segment.kind == BERTH_SEG_FILE;
        std::string_view bytes;
        if (is_file) {
            const berth_status status = file_bytes(body, segment, bytes);
            if (status != BERTH_OK) {
                return status;
            }
        } else {
            bytes = {static_cast<const char*>(segment.u.mem), segment.len};
        }
        const std::string_view part = bytes.substr(0, is_file ? bytes.size() : bytes_max);
        if (!body.encoder->encode(part, EncodeMode::kMore, output)) {
            return BERTH_E_FAIL;
        }
        body.fetched.clear();
        bytes_max -= std::min(bytes_max, part.size());
        segment.len -= part.size();
        if (is_file) {
            segment.v.off += part.size();
        } else {
            segment.u.mem = part.data() + part.size();
        }
        if (segment.len == 0) {
            if (berth_owner* const owner = berth_seg_owner(&segment)) {
                owner->release(owner);
            }
            ++in.segs;
            --in.n;
        }
    }
    return BERTH_OK;
}

// The first bytes of a part of a file, valid until the next call.
berth_status CompressFilter::file_bytes(Body& body,
                                        const berth_seg& segment,
                                        std::string_view& bytes) {
    if (files_ == nullptr) {
        return BERTH_E_UNSUPPORTED;
    }
    if (body.fetch_status < 0) {
        return body.fetch_status;
    }
    const auto size = static_cast<size_t>(std::min<uint64_t>(segment.len, kFilePart));
    if (body.fetched.empty()) {
        body.fetched.resize(size);
        size_t got = 0;
        const berth_status status = files_->read(segment.u.file,
                                                 segment.v.off,
                                                 body.fetched.data(),
                                                 size,
                                                 &got,
                                                 fetched,
                                                 &body,
                                                 &body.fetching);
        body.fetched.resize(status == BERTH_OK ? got : 0);
        if (status != BERTH_OK) {
            return status;
        }
    }
    bytes = body.fetched;
    return bytes.empty() ? BERTH_E_IO : BERTH_OK;  // the file has become shorter
}

void CompressFilter::fetched(void* user, berth_status status, const void* bytes, size_t n) {
    auto& body = *static_cast<Body*>(user);
    body.fetching = nullptr;
    body.fetch_status = status == BERTH_OK && n == 0 ? BERTH_E_IO : status;
    body.fetched.assign(static_cast<const char*>(bytes), n);
    body.filter->http_.filter_resume(body.req, BERTH_OK);
}

void CompressFilter::end(Body& body) {
    if (body.encoder != nullptr) {
        encoders_.give_back(body.kind, std::move(body.encoder));
    }
}

void CompressFilter::on_destroy(berth_http_req* req) {
    auto* const body = static_cast<Body*>(std::exchange(req->user, nullptr));
    if (body != nullptr) {
        end(*body);
        if (body->fetching != nullptr) {
            files_->cancel(body->fetching);
        }
        std::destroy_at(body);
    }
}

}  // namespace berth::compress
