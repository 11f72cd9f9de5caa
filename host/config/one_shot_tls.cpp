#include "config/one_shot_tls.h"

#include "config/tree_build.h"
#include "config/value_format.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace berth {
namespace {

using Value = OneShotInput::Value;

// Variables cannot hold line ends comfortably, so PEM data comes with \n written out.
std::string with_line_ends(std::string data) {
    for (size_t at = data.find("\\n"); at != std::string::npos; at = data.find("\\n", at + 1)) {
        data.replace(at, 2, "\n");
    }
    return data;
}

// Files are relative to where the command was started.
std::string absolute(const std::string& path) {
    std::error_code code;
    const std::filesystem::path full = std::filesystem::absolute(path, code);
    return code ? path : full.string();
}

std::string other_half(const Value& given, bool is_cert) {
    if (given.is_option()) {
        return is_cert ? "--key" : "--cert";
    }
    return is_cert ? "KEY_FILE" : "CER_FILE";
}

class TlsVariables {
public:
    TlsVariables(OneShotInput& input, Diagnostics& diagnostics)
        : input_(input), diagnostics_(diagnostics) {}

    RawNode read() {
        RawNode tls = raw_map({});
        std::optional<Value> cert = half("CER_FILE", "CER_DATA");
        std::optional<Value> key = half("KEY_FILE", "KEY_DATA");
        if (cert && key) {
            add_member(tls, "cert", raw_text(cert->text, cert->place));
            add_member(tls, "key", raw_text(key->text, key->place));
        } else {
            add_member(tls, "cert", raw_text("self-signed", {}));
        }
        if (cert.has_value() != key.has_value()) {
            const Value& given = cert ? *cert : *key;
            diagnostics_.error(
                Problem::kVariable,
                given.place,
                given.name + " is set, but " + other_half(given, cert.has_value()) + " is not",
                {"a certificate and its key belong together"});
        }
        read_client(tls);
        if (const std::optional<Value> contexts = input_.find("SSL_CONTEXTS")) {
            read_contexts(*contexts, tls);
        }
        return tls;
    }

private:
    // The file, or the data that stands for it.
    std::optional<Value> half(const char* file_name, const char* data_name) {
        std::optional<Value> file = input_.find(file_name);
        std::optional<Value> data = input_.find(data_name);
        if (file) {
            file->text = absolute(file->text);
            return file;
        }
        if (data) {
            data->text = with_line_ends(data->text);
        }
        return data;
    }

    void read_client(RawNode& tls) {
        const std::optional<Value> verify = input_.find("SSL_VERIFY");
        const std::optional<Value> ca = input_.find("CA_FILE");
        const std::optional<Value> host = input_.find("SSL_HOST");
        const std::optional<Value> fingerprint = input_.find("SSL_FINGERPRINT");
        if (!verify || !one_shot_flag(*verify, diagnostics_)) {
            return;
        }
        if (!ca) {
            diagnostics_.error(Problem::kVariable,
                               verify->place,
                               verify->name + " is set, but CA_FILE is not",
                               {"name the file with the CA that signed the clients' certificates"});
            return;
        }
        RawNode client = raw_map(ca->place);
        add_member(client, "ca", raw_text(absolute(ca->text), ca->place));
        if (host) {
            add_member(client, "hosts", raw_list(raw_text(host->text, host->place)));
        }
        if (fingerprint) {
            add_member(
                client, "fingerprints", raw_list(raw_text(fingerprint->text, fingerprint->place)));
        }
        add_member(tls, "client", std::move(client));
    }

    // {"localhost": {"key_file": "...", "cer_file": "..."}}
    void read_contexts(const Value& value, RawNode& tls) {
        try {
            Poco::JSON::Parser parser;
            const Poco::Dynamic::Var json = parser.parse(value.text);
            const auto hosts = json.extract<Poco::JSON::Object::Ptr>();
            RawNode names = raw_map(value.place);
            for (const std::string& host : hosts->getNames()) {
                const Poco::JSON::Object::Ptr files = hosts->getObject(host);
                if (files.isNull()) {
                    refuse(value, "'" + host + "' is not a map of files");
                    return;
                }
                add_member(names, host, read_context(value, host, *files));
            }
            add_member(tls, "names", std::move(names));
        } catch (const Poco::Exception& exception) {
            refuse(value, "not the JSON that is expected: " + exception.message());
        }
    }

    RawNode read_context(const Value& value,
                         const std::string& host,
                         const Poco::JSON::Object& files) {
        constexpr std::array<std::pair<const char*, const char*>, 2> kKeys{
            {{"cer_file", "cert"}, {"key_file", "key"}}};
        RawNode pair = raw_map(value.place);
        for (const std::string& key : files.getNames()) {
            const auto known = std::find_if(
                kKeys.begin(), kKeys.end(), [&](const auto& names) { return key == names.first; });
            if (known == kKeys.end()) {
                refuse(value, "unknown '" + key + "' for " + host);
                continue;
            }
            const Poco::Dynamic::Var path = files.get(key);
            if (!path.isString()) {
                refuse(value, "'" + key + "' of " + host + " is no text");
                continue;
            }
            add_member(pair, known->second, raw_text(absolute(path.toString()), value.place));
        }
        return pair;
    }

    void refuse(const Value& value, const std::string& what) {
        diagnostics_.error(
            Problem::kVariable,
            value.place,
            value.name + ": " + what,
            {R"(write {"host.example.com": {"key_file": "...", "cer_file": "..."}})"});
    }

    OneShotInput& input_;
    Diagnostics& diagnostics_;
};

}  // namespace

RawNode one_shot_tls(OneShotInput& input, Diagnostics& diagnostics) {
    return TlsVariables(input, diagnostics).read();
}

bool one_shot_flag(const OneShotInput::Value& value, Diagnostics& diagnostics) {
    const std::optional<bool> flag = read_flag(value.text);
    if (!flag) {
        diagnostics.error(Problem::kVariable,
                          value.place,
                          value.name + ": '" + value.text + "' is neither yes nor no",
                          {"write 1 or 0"});
    }
    return flag.value_or(false);
}

}  // namespace berth
