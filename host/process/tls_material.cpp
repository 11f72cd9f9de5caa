#include "process/tls_material.h"

#include "tls/key_pair.h"
#include "tls/self_signed.h"

#include <unistd.h>

#include <array>
#include <ctime>

namespace berth {
namespace {

ClientCertificate client_certificate(TlsSettings::ClientCert wanted) {
    switch (wanted) {
        case TlsSettings::ClientCert::kOptional:
            return ClientCertificate::kOptional;
        case TlsSettings::ClientCert::kRequired:
            return ClientCertificate::kRequired;
        case TlsSettings::ClientCert::kNone:
            break;
    }
    return ClientCertificate::kNone;
}

std::string machine_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// A half given as text takes its value from the configuration, the other from its file.
Result<TlsKeyPair> read_pair(const TlsCertificate& certificate, const KeyFileRules& rules) {
    if (certificate.cert_pem.empty() && certificate.key_pem.empty()) {
        return read_key_pair(certificate.cert_file, certificate.key_file, rules);
    }
    TlsKeyPair pair;
    pair.certificate_name =
        certificate.cert_pem.empty() ? certificate.cert_file : "the certificate given as text";
    pair.key_name = certificate.key_pem.empty() ? certificate.key_file : "the key given as text";
    if (certificate.cert_pem.empty()) {
        auto bytes = read_pem_file(certificate.cert_file);
        if (!bytes.ok()) {
            return bytes.error();
        }
        pair.certificate_pem = std::move(bytes).value();
    } else {
        pair.certificate_pem = certificate.cert_pem;
    }
    if (certificate.key_pem.empty()) {
        auto key = read_key_file(certificate.key_file, rules);
        if (!key.ok()) {
            return key.error();
        }
        pair.key_pem = std::move(key).value();
    } else {
        pair.key_pem = Secret(std::string(certificate.key_pem));
    }
    if (Status fits = check_key_pair(pair); !fits.ok()) {
        return fits.error();
    }
    return pair;
}

}  // namespace

TlsMaterial TlsMaterial::load(const Config& config,
                              const KeyFileRules& rules,
                              Diagnostics& diagnostics) {
    TlsMaterial material;
    for (const SiteConfig& site : config.sites) {
        if (site.tls) {
            material.add(*site.tls, rules, diagnostics);
        }
        for (const auto& [name, settings] : site.tls_names) {
            material.add(settings, rules, diagnostics);
        }
    }
    return material;
}

void TlsMaterial::add(const TlsSettings& settings,
                      const KeyFileRules& rules,
                      Diagnostics& diagnostics) {
    if (settings.certificates.empty()) {
        add_self_signed(settings, diagnostics);
    }
    for (const TlsCertificate& certificate : settings.certificates) {
        auto pair = read_pair(certificate, rules);
        if (!pair.ok()) {
            diagnostics.error(Problem::kCertificate, certificate.place, pair.error().message);
            continue;
        }
        pairs_[key_of(certificate)] = std::move(pair).value();
    }
    if (!settings.client_ca_file.empty()) {
        auto bytes = read_pem_file(settings.client_ca_file);
        if (!bytes.ok()) {
            diagnostics.error(Problem::kCertificate, settings.place, bytes.error().message);
            return;
        }
        client_cas_[settings.client_ca_file] = std::move(bytes).value();
    }
}

void TlsMaterial::add_self_signed(const TlsSettings& settings, Diagnostics& diagnostics) {
    if (pairs_.contains(Files())) {
        return;
    }
    auto pair =
        self_signed_key_pair(tls_state_folder(geteuid() == 0), machine_name(), std::time(nullptr));
    if (!pair.ok()) {
        diagnostics.error(Problem::kCertificate, settings.place, pair.error().message);
        return;
    }
    pairs_[Files()] = std::move(pair).value();
}

TlsMaterial::Files TlsMaterial::key_of(const TlsCertificate& certificate) {
    return {certificate.cert_file + certificate.cert_pem,
            certificate.key_file + certificate.key_pem};
}

std::vector<TlsSite> TlsMaterial::sites(const Config& config,
                                        const ListenerConfig& listener) const {
    std::vector<TlsSite> found;
    for (const uint32_t index : listener.sites) {
        const SiteConfig& site_config = config.sites[index];
        if (site_config.tls) {
            found.push_back(site(site_config, *site_config.tls));
            found.back().hosts = site_config.hosts;
        }
        for (const auto& [name, settings] : site_config.tls_names) {
            found.push_back(site(site_config, settings));
            found.back().id += "/" + name;
            found.back().hosts = {name};
        }
    }
    return found;
}

TlsSite TlsMaterial::site(const SiteConfig& config, const TlsSettings& settings) const {
    TlsSite made;
    made.id = config.name;
    made.site = config.name;
    if (settings.certificates.empty()) {
        made.key_pairs.push_back(pairs_.at(Files()));
    }
    for (const TlsCertificate& certificate : settings.certificates) {
        made.key_pairs.push_back(pairs_.at(key_of(certificate)));
    }
    made.min_version = settings.min_version;
    made.client_certificate = client_certificate(settings.client_cert);
    if (!settings.client_ca_file.empty()) {
        made.client_ca_pem = client_cas_.at(settings.client_ca_file);
    }
    made.client_fingerprints = settings.client_fingerprints;
    made.client_hosts = settings.client_hosts;
    made.strict_sni = settings.strict_sni;
    return made;
}

std::vector<TlsMaterial::Watched> TlsMaterial::watched(const Config& config) const {
    std::vector<Watched> all;
    for (const SiteConfig& site_config : config.sites) {
        if (site_config.tls) {
            watch(site_config.name, *site_config.tls, all);
        }
        for (const auto& [name, settings] : site_config.tls_names) {
            watch(site_config.name + "/" + name, settings, all);
        }
    }
    return all;
}

void TlsMaterial::watch(const std::string& id,
                        const TlsSettings& settings,
                        std::vector<Watched>& all) const {
    Watched watched{id, {}, {}};
    for (const TlsCertificate& certificate : settings.certificates) {
        if (!certificate.cert_pem.empty() || !certificate.key_pem.empty()) {
            return;  // half of it is in the configuration: it changes with a reload
        }
        watched.files.push_back({certificate.cert_file, certificate.key_file});
        watched.current.push_back(pairs_.at(key_of(certificate)));
    }
    if (!watched.files.empty()) {
        all.push_back(std::move(watched));
    }
}

std::string pack_key_pairs(const std::vector<TlsKeyPair>& pairs) {
    std::string text;
    for (const TlsKeyPair& pair : pairs) {
        text.append(pair.certificate_pem).push_back('\0');
        text.append(pair.key_pem.view()).push_back('\0');
    }
    return text;
}

std::vector<TlsKeyPair> unpack_key_pairs(std::string_view text) {
    std::vector<TlsKeyPair> pairs;
    while (true) {
        const size_t middle = text.find('\0');
        const size_t end = middle == text.npos ? text.npos : text.find('\0', middle + 1);
        if (end == text.npos) {
            return pairs;
        }
        TlsKeyPair pair;
        pair.certificate_pem = text.substr(0, middle);
        pair.key_pem = Secret(std::string(text.substr(middle + 1, end - middle - 1)));
        pairs.push_back(std::move(pair));
        text.remove_prefix(end + 1);
    }
}

}  // namespace berth
