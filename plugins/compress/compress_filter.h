#pragma once

#include "compress_config.h"
#include "encoder_pool.h"

#include "berth/cpp/config.hpp"
#include "berth/cpp/http_handler.hpp"
#include "berth/file.h"
#include "berth/loop.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace berth::compress {

class Module : public sdk::HttpModule {
public:
    berth_status load(const berth_host* host);
    EncoderPool& encoders() const { return *encoders_; }
    // NULL: of a host that has no files.
    const berth_file_ext* files() const { return files_; }

private:
    const berth_file_ext* files_ = nullptr;
    std::unique_ptr<EncoderPool> encoders_;
};

// One `compress:` of a site file, in one worker.
class CompressFilter {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_TRANSFORM;

    explicit CompressFilter(const Module& module)
        : host_(module.host()),
          http_(*module.http()),
          encoders_(module.encoders()),
          files_(module.files()) {}

    berth_status configure(const sdk::Config& config);
    berth_status on_response(berth_http_req* req, berth_http_resp* resp);
    berth_status on_resp_body(berth_http_req* req, berth_segs* in, berth_segs* out, bool last);
    void on_destroy(berth_http_req* req);

private:
    struct Body;

    bool may_encode(const berth_http_req& req, const berth_http_resp& resp) const;
    bool is_worth_it(const berth_http_resp& resp) const;
    Coding choose(const AcceptEncoding& accepted) const;
    berth_status vary_only(berth_http_req& req, berth_http_resp& resp) const;
    berth_status mark_encoded(berth_http_req& req, berth_http_resp& resp, Coding coding) const;
    berth_status prepare(berth_http_req& req, const berth_http_resp& resp, Coding coding);
    berth_status encode_part(Body& body, berth_segs& in, size_t bytes_max, Output& output);
    berth_status file_bytes(Body& body, const berth_seg& segment, std::string_view& bytes);
    static void fetched(void* user, berth_status status, const void* bytes, size_t n);
    void end(Body& body);

    const berth_host* host_;
    const berth_http_ext& http_;
    EncoderPool& encoders_;
    const berth_file_ext* files_;
    CompressConfig config_;
};

}  // namespace berth::compress
