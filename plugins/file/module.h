#pragma once

#include "berth/cpp/http_handler.hpp"
#include "berth/file.h"
#include "berth/loop.h"

#include <string>

namespace berth::file {

// The tables that the plugin uses, found once in load().
struct HostApi {
    const berth_host* host = nullptr;
    const berth_http_ext* http = nullptr;
    const berth_loop_ext* loop = nullptr;
    const berth_file_ext* files = nullptr;
};

class Module : public sdk::HttpModule {
public:
    berth_status load(const berth_host* host);
    const HostApi& api() const { return api_; }

    // The system's table of media types, empty when it has none. Read when the first instance is
    // tried in the zygote, so that all workers share it.
    const std::string& system_types();

private:
    HostApi api_;
    std::string system_types_;
    bool types_read_ = false;
};

}  // namespace berth::file
