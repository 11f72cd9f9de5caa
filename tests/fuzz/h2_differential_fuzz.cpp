// One request in both versions of HTTP: whatever is accepted over HTTP/2 means the same when it is
// written as HTTP/1.1, as a proxy would write it for a backend (request smuggling), and what is
// plain in HTTP/1.1 is accepted over HTTP/2.
#include "support/fake_host.h"
#include "support/fuzz_input.h"
#include "support/h2_wire.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace {

using namespace berth;
using berth::testing::FakeHost;
using berth::testing::FakeStream;
using berth::testing::FuzzInput;
using berth::testing::list;
using berth::testing::map;
using berth::testing::require;
namespace h2 = berth::testing::h2;

constexpr size_t kFieldsMax = 40;

struct Request {
    std::string method, path, authority;
    h2::Fields fields;
};

Request read(FuzzInput& input) {
    Request request{input.part(), input.part(), input.part(), {}};
    while (!input.empty() && request.fields.size() < kFieldsMax) {
        const std::string name = input.part();
        request.fields.emplace_back(name, input.part());
    }
    return request;
}

std::string as_http1(const Request& request) {
    std::string text = request.method + " " + request.path + " HTTP/1.1\r\nHost: ";
    text.append(request.authority).append("\r\n");
    for (const auto& [name, value] : request.fields) {
        if (name != "host") {  // there is one already
            text.append(name).append(": ").append(value).append("\r\n");
        }
    }
    return text + "\r\n";
}

std::string as_http2(const Request& request) {
    h2::Fields fields = {{":method", request.method},
                         {":scheme", "http"},
                         {":path", request.path},
                         {":authority", request.authority}};
    fields.insert(fields.end(), request.fields.begin(), request.fields.end());
    const std::string block = h2::block(fields);
    std::string frames = h2::preface();
    for (size_t at = 0; at < block.size(); at += 16384) {
        const bool last = at + 16384 >= block.size();
        frames += h2::frame(
            at == 0 ? h2::kHeaders : h2::kContinuation,
            static_cast<uint8_t>((at == 0 ? h2::kEndStream : 0) | (last ? h2::kEndHeaders : 0)),
            1,
            block.substr(at, 16384));
    }
    return frames;
}

// All that a handler can see of a request, but for its version.
struct Seen {
    std::string text;
    int requests = 0;

    static berth_status on_request(void* inst, berth_http_req* r) {
        auto& self = *static_cast<Seen*>(inst);
        ++self.requests;
        for (const berth_sv part : {r->method_sv, r->authority, r->path, r->query, r->raw_target}) {
            self.text.append(sdk::view(part)).append("\n");
        }
        for (uint32_t i = 0; i < r->n_headers; ++i) {
            self.text.append(sdk::view(r->headers[i].name)).append(": ");
            self.text.append(sdk::view(r->headers[i].value)).append("\n");
        }
        self.text.append(std::to_string(r->method)).append(r->has_body != 0 ? " body" : " none");
        return BERTH_DECLINED;
    }
};

constexpr berth_http_handler_ops kOps = {BERTH_HDR(berth_http_handler_ops),
                                         Seen::on_request,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr};

// What the handler saw; nothing when the request was refused.
std::optional<std::string> serve(const std::string& bytes) {
    FakeHost host;
    require(host.load(*berth_module_v1()) == BERTH_OK);
    Seen seen;
    berth_factory factory{};
    factory.h = BERTH_HDR(berth_factory);
    factory.kind = BERTH_HTTP_HANDLER_KIND;
    factory.name = "see";
    factory.ops = &kOps;
    host.make_usable(factory, &seen);
    const auto site =
        map({{"site", "s"},
             {"h2c", true},
             {"listen", list({map({{"id", 0}, {"url", "http://127.0.0.1:80"}, {"tls", false}})})},
             {"see", map({})}});
    void* inst = nullptr;
    require(host.create(BERTH_PROTOCOL_KIND, "http", list({site}), &inst) == BERTH_OK);
    {
        FakeStream stream(host);
        const auto* ops =
            static_cast<const berth_protocol_ops*>(host.factory(BERTH_PROTOCOL_KIND, "http")->ops);
        require(stream.open(*ops, inst, 0) == BERTH_OK);
        stream.receive(bytes);
    }
    require(seen.requests <= 1);
    return seen.requests == 1 ? std::optional(seen.text) : std::nullopt;
}

bool is_plain(const Request& request) {
    const auto special = {"connection",
                          "keep-alive",
                          "proxy-connection",
                          "transfer-encoding",
                          "upgrade",
                          "te",
                          "expect",
                          "content-length",
                          "host",
                          "cookie"};
    return std::all_of(request.fields.begin(), request.fields.end(), [&](const auto& field) {
        const auto& [name, value] = field;
        const bool known = std::find(special.begin(), special.end(), name) != special.end();
        const bool lower =
            std::none_of(name.begin(), name.end(), [](char c) { return sdk::to_lower(c) != c; });
        return !known && lower && sdk::is_token(name) && sdk::trim(value) == value &&
               value.find_first_of("\r\n") == std::string::npos;
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, std::min<size_t>(size, 20'000));
    const Request request = read(input);
    const auto cookies = std::count_if(request.fields.begin(),
                                       request.fields.end(),
                                       [](const auto& field) { return field.first == "cookie"; });
    const auto by_http2 = serve(as_http2(request)), by_http1 = serve(as_http1(request));
    if (by_http2 && cookies <= 1) {
        require(by_http1 == by_http2);
    }
    const bool own_line = request.path.find_first_of("\r\n") == std::string::npos &&
                          request.authority.find_first_of("\r\n") == std::string::npos &&
                          sdk::trim(request.authority) == request.authority &&
                          !request.path.empty() && request.path.front() == '/';
    if (by_http1 && own_line && is_plain(request)) {
        require(by_http2.has_value());
    }
    return 0;
}
