#pragma once

#include "compress_config.h"
#include "encoder_pool.h"

#include "berth/cpp/config.hpp"
#include "berth/cpp/http_handler.hpp"
#include "berth/loop.h"

#include <cstdint>
#include <memory>

namespace berth::compress {

class Module : public sdk::HttpModule {
public:
    berth_status load(const berth_host* host);
    EncoderPool& encoders() const { return *encoders_; }

private:
    std::unique_ptr<EncoderPool> encoders_;
};

// One `compress:` of a site file, in one worker.
class CompressFilter {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_TRANSFORM;

    explicit CompressFilter(const Module& module)
        : host_(module.host()), http_(*module.http()), encoders_(module.encoders()) {}

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
    bool encode_part(Body& body, berth_segs& in, size_t bytes_max, Output& output);
    void end(Body& body);

    const berth_host* host_;
    const berth_http_ext& http_;
    EncoderPool& encoders_;
    CompressConfig config_;
};

}  // namespace berth::compress
