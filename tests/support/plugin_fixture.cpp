#include "support/plugin_fixture.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <dlfcn.h>

namespace berth::testing {
namespace {

// The http plugin as a site loads it: its objects cannot be linked beside another plugin's.
const berth_module& load_http() {
    void* library = dlopen(HTTP_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library, nullptr) << dlerror();
    using Entry = const berth_module* (*)();
    return *reinterpret_cast<Entry>(dlsym(library, "berth_module_v1"))();
}

}  // namespace

PluginFixture::PluginFixture(
    std::initializer_list<std::pair<const char*, const void*>> extensions) {
    for (const auto& [id, table] : extensions) {
        host.provide(id, table);
    }
    EXPECT_EQ(host.load(load_http()), BERTH_OK);
    EXPECT_EQ(host.load(*berth_module_v1()), BERTH_OK);
    const berth_host& table = host.table();
    http = static_cast<const berth_http_ext*>(table.get_extension(&table, BERTH_HTTP_EXT));
    host.make_usable(handler.factory(), &handler);
    handler.on_request = [this](berth_http_req* request) {
        return reply(request, 200, {{"content-type", "text/plain"}}, "hi");
    };
}

PluginFixture::~PluginFixture() {
    for (const auto& stream : streams_) {
        stream->reset();
    }
    EXPECT_EQ(handler.requests, handler.destroys);
    EXPECT_EQ(host.tickets_open, instance_tickets_);
}

void PluginFixture::serve(std::initializer_list<const char*> filters) {
    berth_cfg chain;
    for (const char* filter : filters) {
        chain.members.emplace_back("", map({{filter, map({})}}));
    }
    configure({"filters", chain});
}

void PluginFixture::serve_routes(const berth_cfg& routes) {
    configure({"routes", routes});
}

void PluginFixture::configure(berth_cfg::Member routes_or_filters) {
    const berth_cfg site = map({{"site", "s"},
                                {"listen", list({map({{"id", 0}, {"url", "http://:80"}})})},
                                std::move(routes_or_filters),
                                {"scripted", map({})}});
    ASSERT_EQ(host.create(BERTH_PROTOCOL_KIND, "http", list({site}), &inst_), BERTH_OK);
}

berth_status PluginFixture::use(const char* kind, const char* name, const berth_cfg& settings) {
    return use(kind, name, settings, name);
}

berth_status PluginFixture::use(const char* kind,
                                const char* name,
                                const berth_cfg& settings,
                                const char* as) {
    void* inst = nullptr;
    const int64_t tickets_before = host.tickets_open;
    const berth_status status = host.create(kind, name, settings, &inst);
    instance_tickets_ += host.tickets_open - tickets_before;
    if (status >= 0) {
        aliases_.push_back(std::make_unique<berth_factory>(*host.factory(kind, name)));
        aliases_.back()->name = as;
        host.make_usable(*aliases_.back(), inst);
    }
    return status;
}

FakeStream& PluginFixture::connect() {
    streams_.push_back(std::make_unique<FakeStream>(host));
    const berth_factory* protocol = host.factory(BERTH_PROTOCOL_KIND, "http");
    const auto* ops = static_cast<const berth_protocol_ops*>(protocol->ops);
    EXPECT_EQ(streams_.back()->open(*ops, inst_, 0), BERTH_OK);
    return *streams_.back();
}

std::string PluginFixture::exchange(std::string_view request) {
    FakeStream& stream = connect();
    stream.receive(request);
    return without_date(stream.output);
}

std::string PluginFixture::get(std::string_view path, std::string_view fields) {
    return exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
                    "\r\n");
}

berth_status PluginFixture::reply(berth_http_req* request,
                                  uint32_t status,
                                  Fields fields,
                                  std::string_view body) {
    std::vector<berth_header> headers;
    for (const auto& [name, value] : fields) {
        headers.push_back({sdk::sv(name), sdk::sv(value)});
    }
    const berth_http_resp response = {BERTH_HDR(berth_http_resp),
                                      status,
                                      0,
                                      headers.data(),
                                      static_cast<uint32_t>(headers.size()),
                                      0,
                                      BERTH_LENGTH_UNKNOWN};
    const berth_seg segment = sdk::copied(body);
    const berth_status done = http->respond(request, &response, &segment, 1);
    return done < 0 ? done : BERTH_OK;
}

std::string field_of(std::string_view answer, std::string_view name) {
    std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
    std::string found;
    bool any = false;
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const size_t colon = line.find(':');
        if (colon != std::string_view::npos &&
            sdk::equal_ignoring_case(line.substr(0, colon), name)) {
            found.append(any ? ", " : "").append(sdk::trim(line.substr(colon + 1)));
            any = true;
        }
    }
    return any ? found : "(none)";
}

}  // namespace berth::testing
