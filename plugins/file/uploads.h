#pragma once

#include "file_config.h"
#include "module.h"
#include "refusal.h"

#include "berth/http.h"

#include <cstdint>

namespace berth::file {

// PUT and DELETE below a root, for users who have shown who they are. A file is received beside the
// one that it replaces and takes its place as a whole.
class Uploads {
public:
    Uploads(const HostApi& api, const FileConfig& config) : api_(api), config_(config) {}

    static bool serves(const berth_http_req& req) {
        return req.method == BERTH_M_PUT || req.method == BERTH_M_DELETE;
    }
    // BERTH_OK, or an error of respond().
    berth_status begin(berth_http_req* req, berth_root* root);
    berth_status on_body(berth_http_req* req, berth_rbuf* buffers, uint32_t n, bool last);
    // The request is over, or its client is gone.
    void forget(berth_http_req* req) const;

private:
    struct Visit;

    const Refusal* check(const berth_http_req& req) const;
    berth_status look(Visit& visit);
    berth_status on_opened(Visit& visit, berth_status status, berth_file* file);
    berth_status on_found(Visit& visit, berth_status status, const berth_file_stat* found);
    bool judge(Visit& visit) const;
    berth_status receive(Visit& visit);
    berth_status on_ready(Visit& visit, berth_status status);
    berth_status commit(Visit& visit);
    berth_status remove(Visit& visit);
    berth_status on_removed(Visit& visit, berth_status status);
    berth_status finish(Visit& visit) const;
    berth_status refuse(Visit& visit, berth_status cause);
    berth_status refuse(berth_http_req* req, const Refusal& refusal) const;

    const HostApi& api_;
    const FileConfig& config_;
};

}  // namespace berth::file
