#include "config/known_plugins.h"

#include <array>

namespace berth {
namespace {

struct KnownPlugin {
    std::string_view kind, name, package;
};

constexpr std::array kShipped{
    KnownPlugin{"berth.protocol/1", "http", "berth-plugin-http"},
    KnownPlugin{"berth.http.handler/1", "file", "berth-plugin-file"},
    KnownPlugin{"berth.http.handler/1", "hello", "berth-plugin-hello"},
    KnownPlugin{"berth.http.handler/1", "echo_ws", "berth-plugin-echo-ws"},
    KnownPlugin{"berth.http.handler/1", "redirect", "berth-plugin-redirect"},
    KnownPlugin{"berth.http.filter/1", "access", "berth-plugin-access"},
    KnownPlugin{"berth.http.filter/1", "auth", "berth-plugin-auth"},
    KnownPlugin{"berth.http.filter/1", "headers", "berth-plugin-headers"},
    KnownPlugin{"berth.http.filter/1", "rate", "berth-plugin-rate"},
    KnownPlugin{"berth.conn.filter/1", "annoyer", "berth-plugin-annoyer"},
    KnownPlugin{"berth.conn.filter/1", "blacklist", "berth-plugin-blacklist"},
    KnownPlugin{"berth.conn.filter/1", "flood", "berth-plugin-flood"},
    KnownPlugin{"berth.conn.filter/1", "proxy_protocol", "berth-plugin-proxy-protocol"},
    KnownPlugin{"berth.http.filter/1", "compress", "berth-plugin-compress"},
    KnownPlugin{"berth.http.filter/1", "cors", "berth-plugin-cors"},
    KnownPlugin{"berth.http.filter/1", "rewrite", "berth-plugin-rewrite"},
    KnownPlugin{"", "websocket", "berth-plugin-websocket"},  // an extension alone
};

}  // namespace

std::string package_of_plugin(std::string_view kind, std::string_view name) {
    for (const KnownPlugin& plugin : kShipped) {
        if (plugin.kind == kind && plugin.name == name) {
            return std::string(plugin.package);
        }
    }
    return {};
}

bool may_offer(std::string_view kind, std::string_view name) {
    bool known = false, of_kind = false;
    for (const KnownPlugin& plugin : kShipped) {
        known |= plugin.name == name;
        of_kind |= plugin.name == name && plugin.kind == kind;
    }
    return of_kind || !known;
}

std::string kind_word(std::string_view kind) {
    const size_t slash = kind.find('/');
    const std::string_view id = kind.substr(0, slash);
    if (id.substr(0, 6) != "berth.") {
        return std::string(kind);
    }
    return std::string(id.substr(id.rfind('.') + 1));
}

}  // namespace berth
