#include "h2/preface_watch.h"

#include "h2/h2_frame.h"
#include "http_session.h"
#include "service.h"

#include <algorithm>
#include <cstring>

namespace berth::http {

PrefaceWatch::PrefaceWatch(Service& service, berth_stream& stream, const HostTable& sites)
    : service_(service), stream_(stream), sites_(sites) {}

void PrefaceWatch::begin() {
    stream_.ops->timeout(&stream_, BERTH_TIMEOUT_IDLE, sites_.first().limits.idle_ms);
}

// What is not used is presented again in front of what comes next.
berth_status PrefaceWatch::on_data(berth_rbuf* buffers, uint32_t n) {
    size_t compared = 0;
    for (uint32_t i = 0; i < n && compared < kH2Preface.size(); ++i) {
        const size_t size = std::min(buffers[i].n, kH2Preface.size() - compared);
        if (std::memcmp(buffers[i].p, kH2Preface.data() + compared, size) != 0) {
            return hand_over(false, buffers, n);
        }
        compared += size;
    }
    if (compared == kH2Preface.size()) {
        return hand_over(true, buffers, n);
    }
    if (compared == 0) {
        stream_.ops->close(&stream_, BERTH_OK, 0);  // the client has nothing to say
    } else if (!begun_) {
        begun_ = true;
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, sites_.first().limits.head_ms);
    }
    return BERTH_OK;
}

// The session that takes over is told, too.
void PrefaceWatch::on_drain(uint64_t deadline_ms) {
    drain_deadline_ms_ = deadline_ms;
    if (!begun_) {
        stream_.ops->timeout(&stream_, BERTH_TIMEOUT_DEADLINE, kDrainGraceMs);
    }
}

void PrefaceWatch::on_timeout() {
    if (begun_) {
        service_.count_limit("head_timeout");
    } else if (drain_deadline_ms_ == 0) {
        service_.count_limit("idle_timeout");
    }
    stream_.ops->close(&stream_, BERTH_OK, 0);
}

// The session that takes over gets these bytes in this very call: nobody would show them to it
// before the client sends more.
berth_status PrefaceWatch::hand_over(bool http2, berth_rbuf* buffers, uint32_t n) {
    const Session session = open_session(service_, stream_, sites_, nullptr, http2);
    if (session.user == nullptr) {
        return BERTH_E_NOMEM;  // on_close() follows
    }
    stream_.ops->set_user(&stream_, session.callbacks, session.user);
    const std::unique_ptr<PrefaceWatch> watch(this);
    if (drain_deadline_ms_ != 0) {
        session.callbacks->on_drain(session.user, drain_deadline_ms_);
    }
    return session.callbacks->on_data(session.user, buffers, n);
}

}  // namespace berth::http
