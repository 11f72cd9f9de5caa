// A configuration file, for the host and for the plugins that it names. Every complaint has a place
// inside the text; what is accepted keeps the bounds of files, and its addresses read the same when
// they are written again.
#include "config/config_check.h"
#include "config/config_loader.h"
#include "config/host_name.h"
#include "config/listen_url.h"
#include "config/yaml_reader.h"
#include "support/diagnostic_check.h"
#include "support/fake_factory_index.h"

#include <string>

namespace {

using namespace berth;
using testing::require;

Outside outside() {
    Outside outside;
    outside.variable = [](const std::string& name) -> std::optional<std::string> {
        return name.empty() || name[0] != 'X' ? std::nullopt
                                              : std::optional(name.substr(1) + "\n\xc3\xa9");
    };
    outside.file = [](const std::string& path) -> Result<std::string> {
        if (path.size() % 2 == 0) {
            return Error{"No such file or directory"};
        }
        return path;
    };
    return outside;
}

size_t check_tree(const RawNode& node, size_t depth) {
    require(depth <= kYamlDepthMax || node.members.empty());
    size_t nodes = 1;
    for (const RawMember& member : node.members) {
        nodes += check_tree(member.value, depth + 1);
    }
    for (const RawNode& item : node.items) {
        nodes += check_tree(item, depth + 1);
    }
    return nodes;
}

void check_site(const SiteConfig& site) {
    for (const ListenAddress& address : site.listen) {
        const ListenUrl again = read_listen_url(address.text());
        require(again.problem.empty() && again.address.socket_text() == address.socket_text());
        testing::check_place(address.place);
    }
    for (const std::string& host : site.hosts) {
        require(host == lower_case(host) && is_served_name(host));
    }
}

void check_accepted(const Config& config) {
    size_t nodes = 0;
    for (const SiteConfig& site : config.sites) {
        nodes += check_tree(site.raw, 1);
        check_site(site);
    }
    require(nodes <= kYamlNodesMax + kYamlAliasNodesMax);
    for (const ListenerConfig& listener : config.listeners) {
        require(!listener.sites.empty());
        for (const uint32_t site : listener.sites) {
            require(site < config.sites.size());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static testing::FakeFactoryIndex index;
    static const Outside values = outside();
    const std::string text(testing::FuzzInput(data, size).rest());
    if (text.find("sites") != std::string::npos) {
        return 0;  // names files of this machine
    }
    Diagnostics diagnostics;
    const Config config = load_config_text(make_source("site.yaml", text), values, diagnostics);
    if (!diagnostics.has_errors()) {
        check_accepted(config);
        check_config(config, values, index, diagnostics);
    }
    testing::check_diagnostics(diagnostics);
    return 0;
}
