// Clients that misbehave in the handshake and after it.
#include "base/sys.h"
#include "support/tls_wire.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::TlsWire;

std::unique_ptr<TlsServer> make_server() {
    TlsServer::Options options = testing::options_of_one_site();
    options.alpn = {"h2", "http/1.1"};
    return std::move(TlsServer::make(std::move(options))).value();
}

// The first flight of OpenSSL's client.
std::string client_hello() {
    const auto server = make_server();
    TlsIo io;
    ClientBehaviour behaviour;
    behaviour.server_name = "www.example.com";
    behaviour.alpn = {"h2"};
    TlsWire wire(*server, io, behaviour);
    SSL_do_handshake(wire.client());
    char bytes[4096];
    const ssize_t size = recv(wire.server_fd(), bytes, sizeof bytes, 0);
    return {bytes, static_cast<size_t>(size)};
}

class HandshakeAbuse : public ::testing::Test {
protected:
    // What the server makes of these bytes and an end of the connection after them.
    IoStatus after(const std::string& bytes) {
        TlsWire wire(*server_, io_);
        send(wire.client_fd(), bytes.data(), bytes.size(), 0);
        shutdown(wire.client_fd(), SHUT_WR);
        IoStatus status = IoStatus::kAgain;
        for (int i = 0; i < 100 && status == IoStatus::kAgain; ++i) {
            status = wire.server().handshake(wire.server_fd());
        }
        return status;
    }

    TlsIo io_;
    std::unique_ptr<TlsServer> server_ = make_server();
};

TEST_F(HandshakeAbuse, a_hello_cut_anywhere_fails) {
    const std::string hello = client_hello();
    ASSERT_GT(hello.size(), 100u);
    for (size_t size = 0; size <= hello.size(); ++size) {
        EXPECT_EQ(after(hello.substr(0, size)), IoStatus::kFailed) << size;
    }
}

TEST_F(HandshakeAbuse, a_damaged_hello_fails) {
    const std::string hello = client_hello();
    for (size_t at = 0; at < hello.size(); ++at) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string damaged = hello;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            EXPECT_EQ(after(damaged), IoStatus::kFailed) << at;
        }
    }
}

TEST_F(HandshakeAbuse, degenerate_records_fail) {
    const std::vector<std::string> table = {
        "GET / HTTP/1.1\r\n\r\n",
        std::string(5, '\0'),
        std::string(100, '\xff'),
        std::string("\x16\x03\x01\x00\x00", 5),
        std::string("\x16\x03\x01\xff\xff", 5) + std::string(65'535, 'x'),
        std::string("\x15\x03\x01\x00\x02\x02\x28", 7),
        std::string("\x17\x03\x03\x00\x01x", 6),
        std::string("\x80\x2e\x01\x00\x02", 5),
        std::string("\x16\x03\x01\x00\x04\x01\xff\xff\xff", 9),
    };
    for (const std::string& bytes : table) {
        EXPECT_EQ(after(bytes), IoStatus::kFailed) << ::testing::PrintToString(bytes.substr(0, 20));
    }
    std::string empty_records;
    for (int i = 0; i < 1000; ++i) {
        empty_records.append("\x16\x03\x01\x00\x00", 5);
    }
    EXPECT_EQ(after(empty_records), IoStatus::kFailed);
}

TEST_F(HandshakeAbuse, key_updates_are_limited) {
    ClientBehaviour behaviour;
    behaviour.version = TLS1_3_VERSION;
    TlsWire wire(*server_, io_, behaviour);
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    const auto update = [&] {
        SSL_key_update(wire.client(), SSL_KEY_UPDATE_REQUESTED);
        return wire.exchange();
    };
    for (int i = 0; i < 32; ++i) {
        ASSERT_TRUE(update()) << i;
    }
    EXPECT_FALSE(update());
}

TEST_F(HandshakeAbuse, key_updates_are_forgiven_after_a_minute) {
    static timespec now;
    now = {1000, 0};
    Sys table = real_sys();
    table.clock_gettime = [](clockid_t, timespec* time) { return *time = now, 0; };
    const ScopedSys scope(table);
    ClientBehaviour behaviour;
    behaviour.version = TLS1_3_VERSION;
    TlsWire wire(*server_, io_, behaviour);
    ASSERT_TRUE(wire.handshake()) << wire.client_error();
    for (int i = 0; i < 100; ++i) {
        now.tv_sec += 2;
        SSL_key_update(wire.client(), SSL_KEY_UPDATE_NOT_REQUESTED);
        ASSERT_TRUE(wire.exchange()) << i;
    }
}

}  // namespace
}  // namespace berth
