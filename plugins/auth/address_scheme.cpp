#include "address_scheme.h"

namespace berth::auth {

Verdict AddressScheme::judge(Attempt& attempt) {
    const auto address = sdk::parse_ip(sdk::view(api_.http->client(attempt.request)));
    return address && networks_.contains(*address) ? Verdict::kYes : Verdict::kNo;
}

}  // namespace berth::auth
