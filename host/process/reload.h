#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// Who waits for which reload, and how the running one goes. Requests that come while one runs are
// answered together by the next one, which reads the files again.
class Reload {
public:
    // caller 0: nobody waits (a signal).
    void request(uint64_t caller);
    bool should_begin() const { return wanted_ && !running_; }
    void begin(uint64_t now_ms);
    // The candidate's processes are being started.
    void checked(uint64_t now_ms) { checked_ms_ = now_ms; }
    // It has ended, well or not. Returns the callers to be answered.
    std::vector<uint64_t> finish(bool succeeded, uint64_t now_ms);

    bool is_running() const { return running_; }
    bool last_succeeded() const { return last_succeeded_; }
    uint64_t last_end_ms() const { return last_end_ms_; }
    uint64_t checked_after_ms() const { return checked_ms_ - began_ms_; }
    uint64_t started_after_ms() const { return last_end_ms_ - checked_ms_; }
    // Everybody who waits for any; for a server that ends.
    std::vector<uint64_t> abandon();

private:
    bool wanted_ = false, running_ = false, last_succeeded_ = true;
    std::vector<uint64_t> waiting_, served_;
    uint64_t began_ms_ = 0, checked_ms_ = 0, last_end_ms_ = 0;
};

}  // namespace berth
