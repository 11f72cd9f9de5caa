#include "config/tls_reader.h"

#include "config/host_name.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>

namespace berth {
namespace {

constexpr std::string_view kPemMark = "-----BEGIN ";
constexpr const char* kSelfSigned = "self-signed";

std::string text_of(const berth_cfg& map, std::string_view key) {
    const berth_cfg* node = map.find(key);
    return node == nullptr ? std::string() : node->text;
}

std::vector<std::string> texts_of(const berth_cfg& map, std::string_view key) {
    std::vector<std::string> texts;
    const berth_cfg* list = map.find(key);
    if (list != nullptr) {
        for (const berth_cfg& item : list->items) {
            texts.push_back(item.text);
        }
    }
    return texts;
}

// Paths are relative to the file that names them.
std::string resolved(const std::string& path, const Place& place) {
    if (path.empty() || path[0] == '/' || place.source == nullptr) {
        return path;
    }
    const std::filesystem::path folder = std::filesystem::path(place.source->name).parent_path();
    return (folder / path).string();
}

void place_half(const berth_cfg& half, std::string& file, std::string& pem) {
    if (half.text.compare(0, kPemMark.size(), kPemMark) == 0) {
        pem = half.text;
    } else {
        file = resolved(half.text, half.place);
    }
}

class TlsReader {
public:
    TlsReader(const Place& key, SiteConfig& site, Diagnostics& diagnostics)
        : key_(key), site_(site), diagnostics_(diagnostics) {}

    void read(const berth_cfg& node) {
        TlsSettings settings;
        settings.place = key_;
        if (node.kind == berth_cfg::Kind::kText) {
            refuse_automatic(node);
        } else if (node.kind == berth_cfg::Kind::kMap) {
            read_map(node, settings);
        } else {
            return;  // was reported
        }
        site_.tls = std::move(settings);
    }

private:
    void refuse_automatic(const berth_cfg& node) {
        if (node.text == "auto") {
            diagnostics_.error(Problem::kTlsAuto,
                               node.place,
                               "this version of Berth cannot get certificates by itself yet",
                               {"give cert and key of a certificate, or write tls: self-signed"});
        }
    }

    void read_map(const berth_cfg& node, TlsSettings& settings) {
        if (const berth_cfg* version = node.find("min_version")) {
            settings.min_version = version->text;
        }
        if (const berth_cfg* strict = node.find("strict_sni")) {
            settings.strict_sni = strict->i64 != 0;
        }
        if (const berth_cfg* client = node.find("client")) {
            read_client(*client, settings);
        }
        read_certificates(node, settings);
        if (const berth_cfg* names = node.find("names")) {
            for (const ConfigMember& member : names->members) {
                read_name(member, settings);
            }
        }
    }

    void read_certificates(const berth_cfg& node, TlsSettings& settings) {
        const bool self_signed = text_of(node, "cert") == kSelfSigned;
        const bool has_cert = node.find("cert") != nullptr;
        const bool has_key = node.find("key") != nullptr;
        if (self_signed) {
            refuse_beside_self_signed(node);
            return;
        }
        if (has_cert != has_key) {
            diagnostics_.error(Problem::kMissingSetting,
                               key_,
                               std::string("tls has a ") + (has_cert ? "cert" : "key") +
                                   " but no " + (has_cert ? "key" : "cert"),
                               {"a certificate and its key belong together"});
        } else if (has_cert) {
            add_certificate(node, settings);
        }
        if (const berth_cfg* more = node.find("certificates")) {
            for (const berth_cfg& pair : more->items) {
                add_certificate(pair, settings);
            }
        }
        if (!has_cert && !has_key && settings.certificates.empty()) {
            diagnostics_.error(Problem::kMissingSetting,
                               key_,
                               "tls names no certificate",
                               {"give cert and key, or write cert: self-signed"});
        }
    }

    void refuse_beside_self_signed(const berth_cfg& node) {
        for (const char* unused : {"key", "certificates"}) {
            if (const berth_cfg* setting = node.find(unused)) {
                diagnostics_.error(Problem::kTlsUnused,
                                   setting->place,
                                   std::string(unused) + " is not used beside cert: self-signed",
                                   {"delete it, or name the file of the certificate"});
            }
        }
    }

    static void add_certificate(const berth_cfg& node, TlsSettings& settings) {
        const berth_cfg* cert = node.find("cert");
        const berth_cfg* key = node.find("key");
        if (cert == nullptr || key == nullptr) {
            return;  // was reported
        }
        TlsCertificate certificate;
        certificate.place = cert->place;
        place_half(*cert, certificate.cert_file, certificate.cert_pem);
        place_half(*key, certificate.key_file, certificate.key_pem);
        settings.certificates.push_back(std::move(certificate));
    }

    static void read_client(const berth_cfg& node, TlsSettings& settings) {
        const berth_cfg* ca = node.find("ca");
        if (ca != nullptr) {
            settings.client_ca_file = resolved(ca->text, ca->place);
        }
        settings.client_cert = text_of(node, "cert") == "optional"
                                   ? TlsSettings::ClientCert::kOptional
                                   : TlsSettings::ClientCert::kRequired;
        settings.client_hosts = texts_of(node, "hosts");
        for (std::string fingerprint : texts_of(node, "fingerprints")) {
            fingerprint.erase(std::remove(fingerprint.begin(), fingerprint.end(), ':'),
                              fingerprint.end());
            settings.client_fingerprints.push_back(lower_case(fingerprint));
        }
    }

    // A name of its own has its own certificate and all other settings of the site.
    void read_name(const ConfigMember& member, const TlsSettings& settings) {
        TlsSettings own = settings;
        own.certificates.clear();
        own.place = member.value.place;
        add_certificate(member.value, own);
        const std::string name = lower_case(member.key);
        if (!is_served_name(name)) {
            diagnostics_.error(Problem::kHostName,
                               member.value.place,
                               "'" + member.key + "' is not the name of a host",
                               {"write for example shop.example.com or *.example.com"});
            return;
        }
        site_.tls_names.emplace_back(name, std::move(own));
    }

    const Place& key_;
    SiteConfig& site_;
    Diagnostics& diagnostics_;
};

}  // namespace

void read_tls(const berth_cfg& node, const Place& key, SiteConfig& site, Diagnostics& diagnostics) {
    TlsReader(key, site, diagnostics).read(node);
}

}  // namespace berth
