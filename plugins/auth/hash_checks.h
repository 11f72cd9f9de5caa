#pragma once

#include "host_api.h"
#include "scheme.h"
#include "verified_logins.h"

#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace berth::auth {

// A password on its way through the pool, and the requests that wait for the answer.
struct HashCheck {
    bool counts = false;  // false: for show, the answer is no
    std::vector<Attempt*> waiting;
};

// Compares passwords with hashes on the host's pool. Requests that bring the same ones wait for one
// computation together: a page and its fifty images cost one.
class HashChecks {
public:
    // answer: the attempt's scheme may be asked to go on; called from the top of the loop.
    using Answer = std::function<void(Attempt&, bool right, const LoginKey& key)>;
    static constexpr size_t kUnderWayMax = 128;

    HashChecks(const HostApi& api, Answer answer);
    ~HashChecks();
    HashChecks(const HashChecks&) = delete;
    HashChecks& operator=(const HashChecks&) = delete;

    struct Question {
        LoginKey key;
        std::string_view password, hash;
        bool counts = false;
    };
    // False: too many are under way.
    bool ask(const Question& question, Attempt& attempt);
    // The request ended: no answer for it.
    static void forget(Attempt& attempt);

private:
    struct Job;
    bool start(const Question& question);
    void finish(const LoginKey& key, bool right);

    const HostApi& api_;
    Answer answer_;
    berth_ticket ticket_;
    uint64_t *hashes_, *refused_;
    std::map<LoginKey, HashCheck> under_way_;
};

}  // namespace berth::auth
