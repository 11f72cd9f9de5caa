#pragma once

#include "host_api.h"
#include "scheme.h"

#include "berth/cpp/address.hpp"

namespace berth::auth {

// Lets clients in by their address.
class AddressScheme final : public Scheme {
public:
    explicit AddressScheme(const HostApi& api) : api_(api) {}

    berth_status configure(const sdk::Config& list) { return sdk::read_networks(list, &networks_); }
    Verdict judge(Attempt& attempt) override;

private:
    const HostApi& api_;
    sdk::Networks networks_;
};

// Always the same: `allow` and `deny`.
class FixedScheme final : public Scheme {
public:
    explicit FixedScheme(Verdict verdict) : verdict_(verdict) {}
    Verdict judge(Attempt&) override { return verdict_; }

private:
    Verdict verdict_;
};

}  // namespace berth::auth
