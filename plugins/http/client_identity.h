#pragma once

#include "berth/cpp/address.hpp"
#include "berth/http.h"

#include <optional>
#include <span>
#include <string_view>

namespace berth::http {

// Whom a site believes when they say who the client is. Only one field is read: a proxy that writes
// one of them passes the other on as the client sent it.
struct Trust {
    sdk::Networks proxies;   // empty: nobody
    bool forwarded = false;  // RFC 7239 instead of X-Forwarded-For
};

// Takes the last element off a list. What is right of an element decides where it begins, so that
// what a client wrote cannot change what the proxies behind it added.
std::string_view take_last_element(std::string_view& list);

// The address in an element of X-Forwarded-For: alone, with a port, in brackets. None for what is
// no address, "unknown" for example.
std::optional<berth_ip> forwarded_for_address(std::string_view element);
// The address in the `for` parameter of an element of Forwarded (RFC 7239 4).
std::optional<berth_ip> forwarded_address(std::string_view element);

// Is the peer one of the proxies? One without an address is behind a Unix socket, which is a
// proxy's.
bool is_trusted(const Trust& trust, const berth_ip& peer);

// The address of the client: from the right, the first that is not a trusted proxy's. It is the
// peer itself when the peer is not trusted, and the last proxy known when that one does not say.
berth_ip client_address(const Trust& trust,
                        const berth_ip& peer,
                        std::span<const berth_header> fields);

}  // namespace berth::http
