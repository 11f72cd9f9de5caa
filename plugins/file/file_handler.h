#pragma once

#include "candidates.h"
#include "file_answer.h"
#include "file_config.h"
#include "folder_answer.h"
#include "module.h"
#include "refusal.h"
#include "uploads.h"

#include "berth/cpp/config.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace berth::file {

// One `file:` of a site file, in one worker.
class FileHandler {
public:
    static constexpr bool kTriedInZygote = true;

    explicit FileHandler(Module& module);
    ~FileHandler();
    FileHandler(const FileHandler&) = delete;
    FileHandler& operator=(const FileHandler&) = delete;

    berth_status configure(const sdk::Config& config);
    berth_status on_request(berth_http_req* req);
    berth_status on_body(berth_http_req* req, berth_rbuf* buffers, uint32_t n, bool last);
    void on_abort(berth_http_req* req, berth_status why);
    void on_destroy(berth_http_req* req);
    static uint32_t needs(const sdk::Config& settings) {
        return settings["upload"].boolean() ? BERTH_NEED_AUTH : 0;
    }

private:
    struct Visit;

    berth_status open(Visit& visit);
    void forget(berth_http_req* req);
    berth_status on_opened(Visit& visit, berth_status status, FileRef file, uint32_t which);
    berth_status go_on(Visit& visit, uint32_t which);
    berth_status send_found(Visit& visit, FileRef file, uint32_t which);
    berth_status list(Visit& visit, FileRef folder);
    berth_status send_file(Visit& visit, FileRef file, std::string_view name);
    berth_status on_sibling(Visit& visit, berth_status status, FileRef sibling, uint32_t which);
    berth_status refuse(Visit& visit, const Refusal& refusal);
    berth_status send_own_page(const Visit& visit) const;
    berth_status refuse_method(berth_http_req* req) const;
    berth_status add_slash(berth_http_req* req) const;
    bool writes(const berth_http_req& req) const { return config_->upload && Uploads::serves(req); }

    Module& module_;
    const HostApi& api_;
    const std::shared_ptr<FileConfig> config_ = std::make_shared<FileConfig>();
    FileAnswer answer_;
    FolderAnswer folder_answer_;
    Uploads uploads_;
    berth_root* root_ = nullptr;
};

}  // namespace berth::file
