#include "config/explanation.h"

namespace berth {
namespace {

constexpr Explanation kTexts[] = {
    {Problem::kNoPlugin,
     "nothing answers here",
     "A route needs exactly one plugin, named by its key.",
     "routes:\n  - path: /*",
     "routes:\n  - path: /*\n    hello: { message: Hi }"},
    {Problem::kTwoPlugins,
     "two plugins in one place",
     "A route, and the top level of a site, has one plugin. Two need two routes.",
     "routes:\n  - path: /*\n    hello: {}\n    file: { root: /srv }",
     "routes:\n  - path: /files/*\n    file: { root: /srv }\n  - path: /*\n    hello: {}"},
    {Problem::kUnknownPlugin,
     "no plugin of that name",
     "The key is neither a setting nor the name of an installed plugin. Plugins of third parties\n"
     "carry their vendor: acme/geo. `berth plugin list` shows what is installed, and plugins.path "
     "in\n"
     "berth.yaml adds folders.",
     "helo:\n  message: Hi",
     "hello:\n  message: Hi"},
    {Problem::kUnknownProtocol,
     "no plugin speaks that protocol",
     "The scheme of a listen URL names the plugin that speaks on it; https is http over TLS.",
     "listen: htpp://:80",
     "listen: http://:80"},
    {Problem::kWrongKind,
     "a plugin of another kind",
     "Handlers answer requests and stand in routes or at the top of a site; filters look at "
     "requests\n"
     "on the way and stand in the list `filters`.",
     "filters:\n  - hello: { message: Hi }",
     "routes:\n  - hello: { message: Hi }"},
    {Problem::kPluginRefused,
     "a plugin is there but cannot be used",
     "Its file was looked at and refused, for the reason in the message: made for another version "
     "of\n"
     "the plugin interface, writable by others, symbols that would clash. `berth plugin check "
     "FILE`\n"
     "shows every check.",
     "-rw-rw-rw- root geo.so",
     "-rw-r--r-- root geo.so"},
    {Problem::kNotInstalled,
     "a plugin that Berth knows but that is not installed",
     "Plugins come in packages of their own.",
     "listen: http://:80   # without the plugin http",
     "sudo apt install berth-plugin-http"},
    {Problem::kDuplicateSite,
     "two sites of one name",
     "The name appears in logs and metrics, so each site has its own.",
     "site: shop\nlisten: http://:80\n---\nsite: shop\nlisten: http://:81",
     "site: shop\nlisten: http://:80\n---\nsite: shop-admin\nlisten: http://:81"},
    {Problem::kAddressConflict,
     "one address for two purposes",
     "On one address and port one protocol is spoken, either plain or over TLS.",
     "site: a\nlisten: http://:8080\n---\nsite: b\nlisten: https://:8080\ntls: self-signed",
     "site: a\nlisten: http://:8080\n---\nsite: b\nlisten: https://:8443\ntls: self-signed"},
    {Problem::kTwoDefaultSites,
     "two sites serve every name on one address",
     "Sites on one address are told apart by the names in hosts. One of them may have none: it "
     "takes\n"
     "what no other serves.",
     "site: a\nlisten: http://:80\n---\nsite: b\nlisten: http://:80",
     "site: a\nlisten: http://:80\n---\nsite: b\nlisten: http://:80\nhosts: [b.example.com]"},
    {Problem::kDuplicateHost,
     "one name served twice",
     "A name belongs to one site on each address.",
     "site: a\nhosts: [example.com]\n---\nsite: b\nhosts: [example.com]",
     "site: a\nhosts: [example.com]\n---\nsite: b\nhosts: [www.example.com]"},
    {Problem::kListenerSettings,
     "sites on one address differ where they cannot",
     "Limits and timeouts of connections, limits.allow and limits.deny act before the first byte "
     "is\n"
     "read, when it is not known yet for which site a connection is. Sites that share an address\n"
     "share them.",
     "site: a\nlisten: http://:80\nlimits: { allow: [10.0.0.0/8] }\n---\nsite: b\nlisten: "
     "http://:80",
     "site: a\nlisten: http://:80\nlimits: { allow: [10.0.0.0/8] }\n---\nsite: b\nlisten: "
     "http://:8080"},
    {Problem::kPluginSays,
     "a plugin does not accept its settings",
     "The settings have the right form, but the plugin found something wrong with what they mean.\n"
     "The message is the plugin's own.",
     "routes:\n  - path: /a\n    hello: {}\n  - path: /a\n    hello: {}",
     "routes:\n  - path: /a\n    hello: {}"},
};

}  // namespace

std::span<const Explanation> explanations_of_plugins() {
    return kTexts;
}

}  // namespace berth
