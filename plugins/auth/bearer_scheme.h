#pragma once

#include "host_api.h"
#include "scheme.h"

#include "berth/cpp/config.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::auth {

// Lets in who has a token of a list (RFC 6750). Of tokens only digests are kept.
class BearerScheme final : public Scheme {
public:
    explicit BearerScheme(const HostApi& api);

    berth_status configure(const sdk::Config& given);
    Verdict judge(Attempt& attempt) override;
    std::string_view challenge() const override { return "Bearer"; }

private:
    using Digest = std::array<uint8_t, 32>;
    struct Token {
        std::string name;
        Digest digest;
    };

    std::optional<Digest> digest_of(std::string_view token) const;
    berth_status add(std::string_view name, const sdk::Config& value);

    const HostApi& api_;
    uint64_t* failures_;
    std::vector<Token> tokens_;
};

}  // namespace berth::auth
