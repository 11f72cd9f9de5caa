#pragma once

#include "berth/http.h"

#include <cstddef>
#include <string_view>

namespace berth::auth {

struct HashCheck;

// A request on its way through the schemes; lives in its arena, behind its `user` pointer.
struct Attempt {
    berth_http_req* request;
    size_t next = 0;               // scheme to ask
    HashCheck* waiting = nullptr;  // what the answer of the scheme before depends on
    std::string_view login = {};   // whom a scheme found, in the arena
    bool refused = false;
};

enum class Verdict { kYes, kNo, kLater, kBusy };

// One way to be let in.
class Scheme {
public:
    Scheme() = default;
    virtual ~Scheme() = default;
    Scheme(const Scheme&) = delete;
    Scheme& operator=(const Scheme&) = delete;

    // kYes: attempt.login says who, if that is known. kLater: AuthFilter::on_judged() follows.
    virtual Verdict judge(Attempt& attempt) = 0;
    // Name of the scheme in WWW-Authenticate and its parameters behind the realm; empty: a client
    // can do nothing about it.
    virtual std::string_view challenge() const { return {}; }
    virtual std::string_view challenge_parameters() const { return {}; }
    // The request ended while its answer was open.
    virtual void forget(Attempt&) {}
};

}  // namespace berth::auth
