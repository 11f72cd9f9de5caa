#include "hash_checks.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace berth::auth {

// What a thread of the pool works on: nothing of the loop's.
struct HashChecks::Job {
    const berth_crypto_ext& crypto;
    LoginKey key;
    std::string password, hash;
    berth_status status = BERTH_E_DENIED;

    ~Job() { crypto.wipe(password.data(), password.size()); }

    static void work(void* job) {
        Job& self = *static_cast<Job*>(job);
        self.status = self.crypto.password_verify(sdk::sv(self.password), sdk::sv(self.hash));
    }
    static void done(void* checks, void* job) {
        const std::unique_ptr<Job> self(static_cast<Job*>(job));
        if (checks != nullptr) {
            static_cast<HashChecks*>(checks)->finish(self->key, self->status == BERTH_OK);
        }
    }
};

HashChecks::HashChecks(const HostApi& api, Answer answer)
    : api_(api),
      answer_(std::move(answer)),
      ticket_(api.loop->ticket(this)),
      hashes_(api.worker->counter(sdk::sv("berth_auth_hashes_total"))),
      refused_(api.worker->counter(sdk::sv("berth_limit_hits_total{limit=\"auth_hashes\"}"))) {}

HashChecks::~HashChecks() {
    api_.loop->retire(ticket_);
}

bool HashChecks::ask(const Question& question, Attempt& attempt) {
    auto found = under_way_.find(question.key);
    if (found == under_way_.end()) {
        if (under_way_.size() >= kUnderWayMax || !start(question)) {
            ++*refused_;
            return false;
        }
        found = under_way_.emplace(question.key, HashCheck{question.counts, {}}).first;
    }
    found->second.waiting.push_back(&attempt);
    attempt.waiting = &found->second;
    return true;
}

bool HashChecks::start(const Question& question) {
    auto job = std::make_unique<Job>(Job{
        *api_.crypto, question.key, std::string(question.password), std::string(question.hash)});
    if (api_.loop->offload(ticket_, Job::work, Job::done, job.get()) < 0) {
        return false;
    }
    job.release();  // done() comes, whatever happens
    ++*hashes_;
    return true;
}

void HashChecks::forget(Attempt& attempt) {
    if (attempt.waiting != nullptr) {
        std::vector<Attempt*>& waiting = attempt.waiting->waiting;
        waiting.erase(std::remove(waiting.begin(), waiting.end(), &attempt), waiting.end());
        attempt.waiting = nullptr;
    }
}

void HashChecks::finish(const LoginKey& key, bool right) {
    const auto found = under_way_.find(key);
    const HashCheck check = std::move(found->second);
    under_way_.erase(found);
    for (Attempt* attempt : check.waiting) {
        attempt->waiting = nullptr;
    }
    for (Attempt* attempt : check.waiting) {
        answer_(*attempt, right && check.counts, key);
    }
}

}  // namespace berth::auth
