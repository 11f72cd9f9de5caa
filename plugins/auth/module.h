#pragma once

#include "host_api.h"

#include "berth/cpp/http_filter.hpp"

namespace berth::auth {

class Module : public sdk::HttpModule {
public:
    berth_status load(const berth_host* host) {
        const berth_status status = HttpModule::load(host);
        api_ = {host,
                http(),
                extension<berth_loop_ext>(BERTH_LOOP_EXT),
                extension<berth_worker_ext>(BERTH_WORKER_EXT),
                extension<berth_crypto_ext>(BERTH_CRYPTO_EXT)};
        const bool complete =
            api_.loop != nullptr && api_.worker != nullptr && api_.crypto != nullptr;
        return complete ? status : BERTH_E_UNSUPPORTED;
    }
    const HostApi& api() const { return api_; }

private:
    HostApi api_;
};

}  // namespace berth::auth
