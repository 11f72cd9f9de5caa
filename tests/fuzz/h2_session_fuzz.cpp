// A client of HTTP/2 and a handler that do anything in any order: every exchange ends exactly once,
// nothing is left over, and what the server sends can be decoded.
#include "support/fake_host.h"
#include "support/fuzz_input.h"
#include "support/h2_wire.h"
#include "support/scripted_handler.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace berth;
using berth::testing::FakeHost;
using berth::testing::FakeStream;
using berth::testing::FuzzInput;
using berth::testing::list;
using berth::testing::map;
using berth::testing::require;
namespace h2 = berth::testing::h2;

// Takes requests and answers them when told to.
class Handler {
public:
    explicit Handler(FakeHost& host) {
        factory_.h = BERTH_HDR(berth_factory);
        factory_.kind = BERTH_HTTP_HANDLER_KIND;
        factory_.name = "any";
        factory_.ops = &kOps;
        host.make_usable(factory_, this);
    }
    ~Handler() { require(open_.empty()); }

    void bind(const berth_http_ext* http) { http_ = http; }

    // One thing to an exchange that is open.
    void act(uint8_t what) {
        if (open_.empty()) {
            return;
        }
        berth_http_req* const request = open_[what / 16 % open_.size()];
        const berth_seg small = sdk::copied("some text"), large = sdk::permanent(kLarge);
        const berth_http_resp response = {
            BERTH_HDR(berth_http_resp), 200, 0, nullptr, 0, 0, BERTH_LENGTH_UNKNOWN};
        const berth_header trailer{sdk::sv("sum"), sdk::sv("1")};
        switch (what % 16) {
            case 0:
                http_->respond(request, &response, &small, 1);
                break;
            case 1:
                http_->respond(request, &response, &large, 1);
                break;
            case 2:
                http_->start(request, &response);
                break;
            case 3:
                http_->body(request, &small, 1);
                break;
            case 4:
                http_->body(request, &large, 1);
                break;
            case 5:
                http_->end(request, nullptr, 0);
                break;
            case 6:
                http_->end(request, &trailer, 1);
                break;
            case 7:
                http_->abort(request, BERTH_E_FAIL);
                break;
            case 8:
                http_->body_pause(request, 1);
                break;
            case 9:
                http_->body_pause(request, 0);
                break;
            case 10:
                http_->informational(request, 103, &trailer, 1);
                break;
            case 11:
                http_->error(request, 404);
                break;
            default:
                plan_ = what % 16;
                break;
        }
    }

private:
    static Handler& of(void* inst) { return *static_cast<Handler*>(inst); }

    static berth_status on_request(void* inst, berth_http_req* request) {
        Handler& self = of(inst);
        require(!self.knows(request));
        self.open_.push_back(request);
        if (self.plan_ == 12) {
            self.act(static_cast<uint8_t>((self.open_.size() - 1) * 16));
        }
        return self.plan_ == 13 ? BERTH_E_FAIL : BERTH_OK;
    }
    static berth_status on_body(
        void* inst, berth_http_req* request, berth_rbuf* bytes, uint32_t, int32_t) {
        require(of(inst).knows(request));
        const size_t taken = of(inst).plan_ == 14 ? bytes->n / 2 : bytes->n;
        bytes->p += taken;
        bytes->n -= taken;
        return BERTH_OK;
    }
    static void on_writable(void* inst, berth_http_req* request) {
        require(of(inst).knows(request));
    }
    static void on_abort(void* inst, berth_http_req* request, berth_status) {
        require(of(inst).knows(request));
    }
    static void on_destroy(void* inst, berth_http_req* request) {
        auto& open = of(inst).open_;
        require(of(inst).knows(request));
        open.erase(std::find(open.begin(), open.end(), request));
    }
    bool knows(berth_http_req* request) const {
        return std::find(open_.begin(), open_.end(), request) != open_.end();
    }

    static inline const std::string kLarge = std::string(100'000, 'x');
    static constexpr berth_http_handler_ops kOps = {BERTH_HDR(berth_http_handler_ops),
                                                    on_request,
                                                    on_body,
                                                    on_writable,
                                                    on_abort,
                                                    on_destroy,
                                                    nullptr};

    const berth_http_ext* http_ = nullptr;
    berth_factory factory_{};
    std::vector<berth_http_req*> open_;
    uint8_t plan_ = 0;
};

class Client {
public:
    explicit Client(FakeStream& stream) : stream_(stream) {}

    void send(const std::string& bytes) {
        if (!stream_.gone && !stream_.closing && !ended_) {
            stream_.receive(bytes);
        }
    }

    void end() {
        if (!stream_.gone && !stream_.closing && !ended_) {
            ended_ = true;
            stream_.receive_end();
        }
    }

    // A frame that is right in its form, or any bytes.
    std::string next(FuzzInput& input) {
        const uint8_t what = input.byte();
        const uint32_t id = input.byte() % 16u;
        switch (what % 8) {
            case 0:
                return h2::request(next_id_ += 2, h2::get(), h2::kEndStream);
            case 1:
                return h2::request(next_id_ += 2, h2::post(), 0);
            case 2:
                return h2::data(id, input.part(), what & 8 ? h2::kEndStream : 0);
            case 3:
                return h2::headers(id | 1, input.part(), what / 8);
            case 4:
                return h2::rst_stream(id);
            case 5:
                return h2::window_update(id, uint32_t{1} << (what / 8));
            case 6:
                return h2::frame(input.byte(), input.byte(), id, input.part());
            default:
                return input.part();
        }
    }

private:
    FakeStream& stream_;
    uint32_t next_id_ = UINT32_MAX;  // + 2 = 1
    bool ended_ = false;
};

void play(FuzzInput& input, FakeHost& host, Handler& handler, FakeStream& stream) {
    Client client(stream);
    const uint8_t window = input.byte();
    client.send(h2::preface({{4, window * 256u}}));
    while (!input.empty()) {
        const uint8_t what = input.byte();
        switch (what % 8) {
            case 0:
            case 1:
            case 2:
                client.send(client.next(input));
                break;
            case 3:
                if (!stream.gone) {
                    handler.act(input.byte());
                    host.run();
                }
                break;
            case 4:
                host.advance(uint64_t{1} << (what / 8 % 17));
                break;
            case 5:
                stream.high_watermark = what & 8 ? 1000 : UINT64_MAX;
                stream.read_output();
                break;
            case 6:
                if (!stream.gone && !stream.closing) {
                    stream.drain(host.now_ms + 5'000);
                }
                break;
            default:
                what & 8 ? client.end() : client.send(input.take(what / 16));
                break;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, size);
    int64_t arenas = 0, tickets = 0;
    {
        FakeHost host;
        require(host.load(*berth_module_v1()) == BERTH_OK);
        Handler handler(host);
        handler.bind(static_cast<const berth_http_ext*>(
            host.table().get_extension(&host.table(), BERTH_HTTP_EXT)));
        const auto site = map(
            {{"site", "s"},
             {"h2c", true},
             {"listen", list({map({{"id", 0}, {"url", "http://127.0.0.1:80"}, {"tls", false}})})},
             {"any", map({})}});
        void* inst = nullptr;
        require(host.create(BERTH_PROTOCOL_KIND, "http", list({site}), &inst) == BERTH_OK);
        std::string output;
        {
            FakeStream stream(host);
            const auto* ops = static_cast<const berth_protocol_ops*>(
                host.factory(BERTH_PROTOCOL_KIND, "http")->ops);
            require(stream.open(*ops, inst, 0) == BERTH_OK);
            play(input, host, handler, stream);
            stream.reset();
            output = std::move(stream.output);
        }
        if (output.compare(0, 5, "HTTP/") != 0) {
            h2::Answers answers;
            answers.read(output);
            require(!answers.broken);
        }
        arenas = host.arenas_open;
        tickets = host.tickets_open;
        require(tickets == 0);
        require(arenas <= 256);  // those that the plugin keeps for the next exchanges
    }
    return 0;
}
