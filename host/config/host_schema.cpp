#include "config/host_schema.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

namespace berth {
namespace {

constexpr std::string_view kSiteSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "A Berth site",
  "type": "object",
  "required": ["site"],
  "additionalProperties": true,
  "properties": {
    "version": {"enum": [1], "description": "version of the grammar"},
    "site": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
      "description": "a unique name: letters, digits, '.', '_' and '-'"},
    "listen": {"default": "http://127.0.0.1:8080",
      "description": "addresses as URLs: the scheme names the protocol, https is http over TLS",
      "oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]},
    "hosts": {"default": [], "description": "names served; none: every name",
      "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "tls": {"oneOf": [
      {"type": "string", "enum": ["auto", "self-signed"]},
      {"type": "object", "properties": {
        "cert": {"type": "string", "minLength": 1,
          "description": "file with the certificate and its chain in PEM, or self-signed"},
        "key": {"type": "string", "minLength": 1, "x-berth-secret": true,
          "description": "file with the private key in PEM"},
        "certificates": {"type": "array", "minItems": 1, "description": "further pairs of cert and key",
          "items": {"type": "object", "required": ["cert", "key"], "properties": {
            "cert": {"type": "string", "minLength": 1},
            "key": {"type": "string", "minLength": 1, "x-berth-secret": true}}}},
        "names": {"type": "object", "description": "cert and key for single host names",
          "additionalProperties": {"type": "object", "required": ["cert", "key"], "properties": {
            "cert": {"type": "string", "minLength": 1},
            "key": {"type": "string", "minLength": 1, "x-berth-secret": true}}}},
        "min_version": {"enum": ["1.2", "1.3"], "default": "1.2"},
        "strict_sni": {"type": "boolean", "default": false,
          "description": "refuse handshakes for names that no site serves"},
        "client": {"type": "object", "description": "certificates of clients",
          "required": ["ca"], "properties": {
            "ca": {"type": "string", "format": "path", "description": "file with the CAs in PEM"},
            "cert": {"enum": ["required", "optional"], "default": "required"},
            "fingerprints": {"type": "array", "default": [],
              "description": "SHA-256 of the certificates that are let in, in hexadecimal",
              "items": {"type": "string", "pattern": "^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$",
                "description": "64 hexadecimal digits: openssl x509 -fingerprint -sha256"}},
            "hosts": {"type": "array", "items": {"type": "string"}, "default": [],
              "description": "names of which the certificate must carry one"}}}
      }}]},
    "limits": {"type": "object", "default": {}, "additionalProperties": true, "properties": {
      "allow": {"type": "array", "items": {"type": "string", "format": "cidr"}, "default": [],
        "description": "networks that may connect; none: all"},
      "deny": {"type": "array", "items": {"type": "string", "format": "cidr"}, "default": [],
        "description": "networks that may not connect, also from among those of allow"},
      "connections": {"type": "integer", "minimum": 1,
        "description": "open connections per listener and worker; by default as many as files allow"},
      "connections_per_address": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1024},
      "count_local": {"type": "boolean", "default": false,
        "description": "loopback and Unix peers count for connections_per_address, too"},
      "handshakes": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 512,
        "description": "TLS handshakes under way per listener and worker"},
      "send_rate": {"type": "string", "format": "size", "default": "500B", "maximum": 1000000000,
        "description": "bytes per second that a client must take, after send_timeout; 0B: any"}}},
    "timeouts": {"type": "object", "default": {}, "additionalProperties": true, "properties": {
      "handshake": {"type": "string", "format": "duration", "minimum": 1, "maximum": 3600000,
        "default": "10s"},
      "send": {"type": "string", "format": "duration", "minimum": 1, "maximum": 86400000,
        "default": "30s"}}},
    "connection_filters": {"type": "array",
      "description": "plugins that decide about a connection when it is accepted, in this order",
      "items": {"type": "object", "x-berth-plugin": "berth.conn.filter/1"}},
    "log": {"type": "object", "default": {}, "additionalProperties": true},
    "trust": {"type": "object", "default": {}, "additionalProperties": true},
    "group": {"type": "string", "minLength": 1, "default": "main"},
    "enabled": {"type": "boolean", "default": true},
    "extends": {"type": "string"}
  }
})json";

constexpr std::string_view kMachineSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "berth.yaml: the machine",
  "type": "object",
  "properties": {
    "version": {"enum": [1], "default": 1, "description": "version of the grammar"},
    "workers": {"default": "auto", "description": "processes that serve; auto: one per CPU",
      "oneOf": [{"const": "auto"}, {"type": "integer", "minimum": 1, "maximum": 256}]},
    "sites": {"default": "sites.d/*.yaml", "description": "site files, relative to this file",
      "oneOf": [{"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}}]},
    "user": {"type": "string", "minLength": 1, "description": "who serves when started as root"},
    "log": {"type": "object", "default": {}, "properties": {
      "level": {"enum": ["debug", "info", "warning", "error"], "default": "info"},
      "to": {"type": "string", "minLength": 1, "default": "stderr",
        "description": "stderr, or the path of a file"}}},
    "access_log": {"type": "object", "additionalProperties": true,
      "description": "access_log of all sites that have none of their own"},
    "admin": {"type": "object", "default": {}, "properties": {
      "socket": {"type": "string", "format": "path",
        "description": "Unix socket of berth reload, stop and status"}}},
    "plugins": {"type": "object", "default": {}, "properties": {
      "path": {"default": [], "description": "folders searched instead of the usual ones",
        "oneOf": [{"type": "string", "format": "path"},
          {"type": "array", "items": {"type": "string", "format": "path"}}]}}},
    "poll": {"enum": ["auto", "epoll", "poll"], "default": "auto"},
    "poll_timeout": {"default": "forever", "description": "longest wait for events in one turn",
      "oneOf": [{"const": "forever"}, {"const": -1}, {"type": "string", "format": "duration", "maximum": 3600000}]},
    "backlog": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 4096,
      "description": "connections that may wait to be accepted"},
    "reload": {"type": "object", "default": {}, "properties": {
      "drain": {"type": "string", "format": "duration", "maximum": 604800000, "default": "1h",
        "description": "how long open connections of an old configuration may go on"},
      "idle": {"type": "string", "format": "duration", "maximum": 3600000, "default": "5s",
        "description": "how long idle connections of an old configuration are kept"},
      "generations": {"type": "integer", "minimum": 1, "maximum": 16, "default": 3,
        "description": "configurations served at a time, draining ones included"}}},
    "stop_timeout": {"type": "string", "format": "duration", "maximum": 3600000, "default": "30s",
      "description": "how long open connections may go on after berth stop"}
  }
})json";

Schema parse_own(std::string_view json) {
    Result<ParsedSchema> parsed = parse_schema(json);
    assert(parsed.ok() && parsed.value().unknown_keywords.empty());
    return std::move(parsed).value().root;
}

Schema* find_property(Schema& schema, const std::string& key) {
    for (auto& [name, property] : schema.properties) {
        if (name == key) {
            return &property;
        }
    }
    return nullptr;
}

// The maps that a protocol may add keys to.
constexpr std::array<std::string_view, 4> kSharedMaps{"limits", "timeouts", "log", "trust"};

bool is_shared(const std::string& key) {
    return std::find(kSharedMaps.begin(), kSharedMaps.end(), key) != kSharedMaps.end();
}

void join_map(Schema& into, const Schema& from) {
    for (const auto& [key, property] : from.properties) {
        if (into.property(key) == nullptr) {
            into.properties.push_back({key, property});
        }
    }
    into.required.insert(into.required.end(), from.required.begin(), from.required.end());
    into.additional.insert(into.additional.end(), from.additional.begin(), from.additional.end());
    into.additional_any = into.additional_any || from.additional_any;
}

// Keys of the host itself stay the host's, whatever a protocol says about them.
void join_site(Schema& site, const Schema& protocol) {
    for (const auto& [key, property] : protocol.properties) {
        Schema* own = find_property(site, key);
        if (own == nullptr) {
            site.properties.push_back({key, property});
        } else if (is_shared(key)) {
            join_map(*own, property);
        }
    }
    site.required.insert(site.required.end(), protocol.required.begin(), protocol.required.end());
    if (!protocol.plugin_kind.empty()) {
        site.plugin_kind = protocol.plugin_kind;
        site.plugin_optional = protocol.plugin_optional;
    }
}

}  // namespace

std::string_view site_schema_json() {
    return kSiteSchema;
}

const Schema& site_schema() {
    static const Schema kSchema = parse_own(kSiteSchema);
    return kSchema;
}

std::string_view machine_schema_json() {
    return kMachineSchema;
}

const Schema& machine_schema() {
    static const Schema kSchema = parse_own(kMachineSchema);
    return kSchema;
}

Schema joined_site_schema(const std::vector<const Schema*>& protocols) {
    Schema joined = site_schema();
    joined.additional_any = false;
    for (const std::string_view map : kSharedMaps) {
        find_property(joined, std::string(map))->additional_any = false;
    }
    for (const Schema* protocol : protocols) {
        join_site(joined, *protocol);
    }
    return joined;
}

}  // namespace berth
