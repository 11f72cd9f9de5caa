#include "http_fixture.h"

#include <utility>

namespace berth::http {

HttpFixture::HttpFixture(Extensions extensions) {
    for (const auto& [id, table] : extensions) {
        host.provide(id, table);
    }
    EXPECT_EQ(host.load(*berth_module_v1()), BERTH_OK);
    const berth_host& table = host.table();
    http = static_cast<const berth_http_ext*>(table.get_extension(&table, BERTH_HTTP_EXT));
    host.make_usable(handler.factory(), &handler);
    handler.on_request = [this](berth_http_req* request) { return reply(request, "hi"); };
}

// Before the handlers and filters of derived fixtures are gone.
void HttpFixture::TearDown() {
    for (const auto& stream : streams_) {
        stream->reset();
    }
    EXPECT_EQ(handler.requests, handler.destroys);
    EXPECT_EQ(host.tickets_open, 0);
}

berth_cfg HttpFixture::listen(int id, bool tls) {
    const std::string port = tls ? "8443" : "8080";
    const std::string scheme = tls ? "https" : "http";
    return map({{"id", id}, {"url", scheme + "://127.0.0.1:" + port}, {"tls", tls}});
}

void HttpFixture::configure(std::initializer_list<berth_cfg::Member> settings) {
    berth_cfg site = map(settings);
    site.members.emplace_back("site", "test");
    site.members.emplace_back("listen", list({listen(0)}));
    site.members.emplace_back("scripted", map({}));
    configure_sites(list({site}));
}

void HttpFixture::configure_sites(const berth_cfg& sites) {
    ASSERT_EQ(host.create(BERTH_PROTOCOL_KIND, "http", sites, &inst_), BERTH_OK);
}

FakeStream& HttpFixture::connect(uint32_t listener) {
    return open(std::make_unique<FakeStream>(host), listener);
}

FakeStream& HttpFixture::connect_as(std::string_view handshake_site,
                                    std::string_view alpn,
                                    uint32_t listener) {
    auto stream = std::make_unique<FakeStream>(host);
    stream->conn.tls = 1;
    stream->conn.tls_site = sdk::sv(handshake_site);
    stream->conn.alpn = sdk::sv(alpn);
    return open(std::move(stream), listener);
}

FakeStream& HttpFixture::open(std::unique_ptr<FakeStream> stream, uint32_t listener) {
    streams_.push_back(std::move(stream));
    EXPECT_EQ(streams_.back()->open(protocol(), inst_, listener), BERTH_OK);
    return *streams_.back();
}

FakeStream& HttpFixture::connect_in_clear(uint32_t listener) {
    streams_.push_back(std::make_unique<FakeStream>(host));
    berth_protocol_ops in_clear = protocol();
    in_clear.on_open = in_clear.on_cleartext;
    EXPECT_EQ(streams_.back()->open(in_clear, inst_, listener), BERTH_OK);
    return *streams_.back();
}

const berth_protocol_ops& HttpFixture::protocol() const {
    const berth_factory* factory = host.factory(BERTH_PROTOCOL_KIND, "http");
    return *static_cast<const berth_protocol_ops*>(factory->ops);
}

std::string HttpFixture::exchange(std::string_view request) {
    FakeStream& stream = connect();
    stream.receive(request);
    return stream.output;
}

int HttpFixture::status_of(std::string_view request) {
    return status_of_answer(exchange(request));
}

berth_status HttpFixture::reply(berth_http_req* request, std::string_view text, uint32_t flags) {
    static constexpr berth_header kType = {{"content-type", 12}, {"text/plain", 10}};
    const berth_http_resp response = {BERTH_HDR(berth_http_resp), 200, flags, &kType, 1, 0, 0};
    const berth_seg segment = sdk::copied(text);
    const berth_status status = http->respond(request, &response, &segment, 1);
    return status < 0 ? status : BERTH_OK;
}

}  // namespace berth::http
