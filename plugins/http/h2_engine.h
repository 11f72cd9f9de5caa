#pragma once

#include "h2_memory.h"

#include <nghttp2/nghttp2.h>

#include <memory>

namespace berth::http {

class H2Session;

struct NghttpDelete {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
    void operator()(nghttp2_session_callbacks* callbacks) const {
        nghttp2_session_callbacks_del(callbacks);
    }
};
using NghttpSession = std::unique_ptr<nghttp2_session, NghttpDelete>;

// What nghttp2's sessions of one worker have in common: memory, options, and the callbacks, which
// call the H2Session. Nothing that they throw passes through nghttp2.
class H2Engine {
public:
    H2Engine();

    // NULL when memory is exhausted.
    NghttpSession make(H2Session& session);

private:
    H2Memory memory_;
    std::unique_ptr<nghttp2_option, NghttpDelete> options_;
    std::unique_ptr<nghttp2_session_callbacks, NghttpDelete> callbacks_;
};

}  // namespace berth::http
