// Exchange: the end of HTTP for a request whose client speaks something else from here on.
#include "exchange.h"

#include "berth/cpp/text.hpp"

namespace berth::http {

Upgraded Exchange::upgrade(std::string_view wanted, const berth_http_resp& given) {
    if (state_ != State::kHandling) {
        return {refuse_segments({})};
    }
    if (wanted.empty() || !sdk::list_contains(sdk::view(protocol), wanted)) {
        return {BERTH_E_UNSUPPORTED};
    }
    answer_.head = given;
    answer_.head.status = version == 20 ? 200 : 101;
    answer_.head.content_length = BERTH_LENGTH_UNKNOWN;
    if (at_.filters != nullptr && !at_.filters->empty()) {
        const berth_status status = filter_head(answer_.head);
        pipe_.drop();  // there is no body that a filter could change
        pipe_.reset();
        if (status < 0) {
            return {status};
        }
    }
    const Upgraded upgraded = wire_->upgrade(answer_.head, wanted);
    if (upgraded.status >= 0) {
        answer_.head.status = version == 20 ? 200 : 101;  // whatever the filters made of it
        enter(State::kUpgraded);
        forget_answer_head();
    }
    return upgraded;
}

}  // namespace berth::http
