// What a client sends first, whole and in two pieces: the server never crashes, and says the same
// to both.
#include "support/test_certificates.h"
#include "tls/client_hello.h"
#include "tls/ticket_keys.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace berth;

struct Fixture {
    std::unique_ptr<TicketKeys> keys = std::move(TicketKeys::make(0)).value();
    std::unique_ptr<TlsServer> server = make_server();
    TlsIo io;

    std::unique_ptr<TlsServer> make_server() const {
        TlsServer::Options options;
        for (const char* host : {"example.com", "*.example.com"}) {
            options.sites.emplace_back();
            options.sites.back().id = host;
            options.sites.back().hosts = {host};
            options.sites.back().key_pairs.push_back(testing::make_certificate({}).pair());
        }
        options.alpn = {"h2", "http/1.1"};
        options.tickets = keys.get();
        return std::move(TlsServer::make(std::move(options))).value();
    }
};

IoStatus outcome(Fixture& fixture, const uint8_t* data, size_t size, size_t first) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0) {
        std::abort();
    }
    auto transport = fixture.server->accept(fixture.io);
    IoStatus status = IoStatus::kAgain;
    for (const auto& [from, to] : {std::pair{size_t{0}, first}, std::pair{first, size}}) {
        if (to > from) {
            send(fds[0], data + from, to - from, MSG_NOSIGNAL);
        }
        for (int i = 0; i < 8 && status == IoStatus::kAgain; ++i) {
            status = transport->handshake(fds[1]);
        }
    }
    transport.reset();
    close(fds[0]);
    close(fds[1]);
    return status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static Fixture fixture;
    (void)parse_server_name({data, size});
    if (size > 32 * 1024) {
        return 0;
    }
    const IoStatus whole = outcome(fixture, data, size, size);
    const IoStatus split = outcome(fixture, data, size, size / 2);
    // Nobody without a key finishes a handshake, and the way the bytes come does not matter.
    if (whole == IoStatus::kOk || whole != split) {
        std::abort();
    }
    return 0;
}
