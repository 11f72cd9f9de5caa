#include "http_fixture.h"

#include <utility>

namespace berth::http {

const berth_http_handler_ops ScriptedHandler::kOps = {
    BERTH_HDR(berth_http_handler_ops), request, take_body, writable, abort, destroy};
const berth_http_handler_ops ScriptedHandler::kOpsWithoutBodies = {
    BERTH_HDR(berth_http_handler_ops), request, nullptr, writable, abort, destroy};

berth_status ScriptedHandler::request(void* inst, berth_http_req* request) {
    ScriptedHandler& self = of(inst);
    ++self.requests;
    self.last_request = request;
    self.events.push_back("request " + std::string(sdk::view(request->path)));
    return self.on_request ? self.on_request(request) : BERTH_OK;
}

berth_status ScriptedHandler::take_body(
    void* inst, berth_http_req* request, berth_rbuf* buffers, uint32_t n, int32_t last) {
    ScriptedHandler& self = of(inst);
    EXPECT_EQ(n, 1u);
    if (self.on_body) {
        return self.on_body(request, buffers, last != 0);
    }
    self.body.append(reinterpret_cast<const char*>(buffers->p), buffers->n);
    buffers->p += buffers->n;
    buffers->n = 0;
    if (last != 0) {
        self.events.push_back("body " + self.body);
    }
    return BERTH_OK;
}

void ScriptedHandler::writable(void* inst, berth_http_req* request) {
    of(inst).events.emplace_back("writable");
    if (of(inst).on_writable) {
        of(inst).on_writable(request);
    }
}

void ScriptedHandler::abort(void* inst, berth_http_req*, berth_status) {
    ++of(inst).aborts;
    of(inst).events.emplace_back("abort");
}

void ScriptedHandler::destroy(void* inst, berth_http_req*) {
    ++of(inst).destroys;
    of(inst).last_request = nullptr;
    of(inst).events.emplace_back("destroy");
}

HttpFixture::HttpFixture() {
    EXPECT_EQ(host.load(*berth_module_v1()), BERTH_OK);
    const berth_host& table = host.table();
    http = static_cast<const berth_http_ext*>(table.get_extension(&table, BERTH_HTTP_EXT));
    host.make_usable(handler.factory(), &handler);
    handler.on_request = [this](berth_http_req* request) { return reply(request, "hi"); };
}

HttpFixture::~HttpFixture() {
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

FakeStream& HttpFixture::connect_as(std::string_view handshake_site) {
    auto stream = std::make_unique<FakeStream>(host);
    stream->conn.tls = 1;
    stream->conn.tls_site = sdk::sv(handshake_site);
    return open(std::move(stream), 0);
}

FakeStream& HttpFixture::open(std::unique_ptr<FakeStream> stream, uint32_t listener) {
    streams_.push_back(std::move(stream));
    const berth_factory* factory = host.factory(BERTH_PROTOCOL_KIND, "http");
    const auto* ops = static_cast<const berth_protocol_ops*>(factory->ops);
    EXPECT_EQ(streams_.back()->open(*ops, inst_, listener), BERTH_OK);
    return *streams_.back();
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

int status_of_answer(std::string_view answer) {
    const bool complete = answer.size() > 12 && answer.substr(0, 9) == "HTTP/1.1 ";
    const auto status = complete ? sdk::parse_decimal(answer.substr(9, 3)) : std::nullopt;
    return status ? static_cast<int>(*status) : 0;
}

std::string without_date(std::string answer) {
    for (size_t at = answer.find("Server: "); at != std::string::npos;
         at = answer.find("Server: ")) {
        const size_t end = answer.find("\r\n", answer.find("Date: ", at));
        answer.erase(at, end + 2 - at);
    }
    return answer;
}

std::string_view body_of(std::string_view answer) {
    const size_t end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

}  // namespace berth::http
