#include "tls/kernel_tls.h"

#include "base/sys.h"
#include "support/tls_wire.h"
#include "tls/ticket_keys.h"
#include "tls/tls_io.h"
#include "tls/tls_server.h"

#include <gtest/gtest.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace berth {
namespace {

using testing::ClientBehaviour;
using testing::TlsWire;

// A kernel that says what it is told to say about kTLS, and swallows the records that it gets.
struct FakeKernel {
    static inline int ulp_error = 0, keys_error = 0;
    static inline int ulps = 0;
    static inline std::vector<std::vector<uint8_t>> keys;
    static inline std::vector<uint8_t> records;  // their types
    static inline int full = 0;                  // so many records find no room

    static Sys table() {
        ulp_error = keys_error = ulps = full = 0;
        keys.clear();
        records.clear();
        Sys fake = real_sys();
        fake.setsockopt = set_option;
        fake.sendmsg = send_record;
        return fake;
    }

private:
    static int fail(int error) {
        errno = error;
        return error == 0 ? 0 : -1;
    }
    static int set_option(int fd, int level, int name, const void* value, socklen_t size) {
        if (level == IPPROTO_TCP && name == TCP_ULP) {
            EXPECT_STREQ(static_cast<const char*>(value), "tls");
            ++ulps;
            return fail(ulp_error);
        }
        if (level == SOL_TLS && name == TLS_TX) {
            const auto* const bytes = static_cast<const uint8_t*>(value);
            keys.emplace_back(bytes, bytes + size);
            return fail(keys_error);
        }
        return real_sys().setsockopt(fd, level, name, value, size);
    }
    static ssize_t send_record(int, const msghdr* message, int) {
        if (full > 0) {
            --full;
            errno = EAGAIN;
            return -1;
        }
        const cmsghdr* const control = CMSG_FIRSTHDR(message);
        EXPECT_EQ(control->cmsg_level, SOL_TLS);
        EXPECT_EQ(control->cmsg_type, TLS_SET_RECORD_TYPE);
        records.push_back(*CMSG_DATA(control));
        return static_cast<ssize_t>(message->msg_iov->iov_len);
    }
};

constexpr uint8_t kAlert = 21, kHandshake = 22;

class KernelTlsServer : public ::testing::Test {
protected:
    KernelTlsServer() {
        TlsServer::Options options = testing::options_of_one_site();
        options.tickets = keys_.get();
        server_ = std::move(TlsServer::make(std::move(options))).value();
    }
    TlsWire wire(int version = TLS1_3_VERSION) {
        ClientBehaviour behaviour;
        behaviour.version = version;
        return TlsWire(*server_, io_, behaviour);
    }

    const Sys table_ = FakeKernel::table();
    const ScopedSys scope_{table_};
    TlsIo io_;
    std::unique_ptr<TicketKeys> keys_ = std::move(TicketKeys::make(0)).value();
    std::unique_ptr<TlsServer> server_;
};

TEST_F(KernelTlsServer, gets_the_keys_when_the_handshake_is_done) {
    uint64_t counted = 0;
    io_.kernel_connections = &counted;
    TlsWire one = wire();
    EXPECT_FALSE(one.server().sends_plain());
    one.handshake();
    EXPECT_TRUE(one.server().sends_plain());
    EXPECT_EQ(counted, 1u);
    EXPECT_FALSE(one.server().holds_output());
    ASSERT_EQ(FakeKernel::keys.size(), 1u);  // for sending only
    tls_crypto_info info{};
    std::memcpy(&info, FakeKernel::keys[0].data(), sizeof(info));
    EXPECT_EQ(info.version, TLS_1_3_VERSION);
    EXPECT_EQ(info.cipher_type, TLS_CIPHER_AES_GCM_128);
    EXPECT_EQ(FakeKernel::keys[0].size(), sizeof(tls12_crypto_info_aes_gcm_128));
}

TEST_F(KernelTlsServer, sends_tickets_and_the_end_as_records_of_their_own) {
    TlsWire one = wire();
    one.handshake();
    EXPECT_EQ(FakeKernel::records, std::vector<uint8_t>{kHandshake});
    one.server().end(one.server_fd());
    EXPECT_EQ(FakeKernel::records, (std::vector<uint8_t>{kHandshake, kAlert}));
    EXPECT_EQ(one.server().flush(one.server_fd()), IoStatus::kOk);
}

TEST_F(KernelTlsServer, sends_tickets_when_there_is_room) {
    FakeKernel::full = 3;
    TlsWire one = wire();
    ASSERT_TRUE(one.handshake());
    EXPECT_EQ(FakeKernel::full, 0);
    EXPECT_EQ(FakeKernel::records, std::vector<uint8_t>{kHandshake});
    EXPECT_FALSE(one.server().holds_output());
}

// A peer would take an end without it for an attack.
TEST_F(KernelTlsServer, sends_the_end_when_there_is_room) {
    TlsWire one = wire();
    one.handshake();
    FakeKernel::full = 2;
    one.server().end(one.server_fd());
    EXPECT_TRUE(one.server().holds_output());
    EXPECT_EQ(one.server().flush(one.server_fd()), IoStatus::kAgain);
    EXPECT_EQ(one.server().flush(one.server_fd()), IoStatus::kOk);
    EXPECT_EQ(FakeKernel::records, (std::vector<uint8_t>{kHandshake, kAlert}));
    EXPECT_FALSE(one.server().holds_output());
}

TEST_F(KernelTlsServer, takes_new_keys_of_the_peer) {
    TlsWire one = wire();
    one.handshake();
    SSL_key_update(one.client(), SSL_KEY_UPDATE_NOT_REQUESTED);
    EXPECT_TRUE(one.client_writes("hello"));
    EXPECT_EQ(one.server_reads(5), "hello");
}

TEST_F(KernelTlsServer, still_decrypts_by_itself) {
    TlsWire one = wire();
    one.handshake();
    EXPECT_TRUE(one.client_writes("hello"));
    EXPECT_EQ(one.server_reads(5), "hello");
}

// It would go on with the old keys.
TEST_F(KernelTlsServer, ends_with_a_peer_that_wants_new_keys) {
    TlsWire one = wire();
    one.handshake();
    SSL_key_update(one.client(), SSL_KEY_UPDATE_REQUESTED);
    EXPECT_TRUE(one.client_writes("hello"));
    EXPECT_EQ(one.server_reads(5), "");
    std::array<uint8_t, 8> room;
    EXPECT_EQ(one.server().read(one.server_fd(), room).status, IoStatus::kFailed);
}

TEST_F(KernelTlsServer, is_not_asked_again_where_there_is_none) {
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
        FakeKernel::ulp_error = ENOENT;
        TlsWire one = wire(version);
        ASSERT_TRUE(one.handshake()) << one.client_error();
        EXPECT_FALSE(one.server().sends_plain());
        EXPECT_TRUE(one.exchange());
    }
    EXPECT_EQ(FakeKernel::ulps, 1);
}

TEST_F(KernelTlsServer, leaves_to_openssl_what_the_kernel_refuses) {
    FakeKernel::keys_error = EINVAL;
    for (int i = 1; i < 3; ++i) {
        TlsWire one = wire();
        ASSERT_TRUE(one.handshake()) << one.client_error();
        EXPECT_FALSE(one.server().sends_plain());
        EXPECT_TRUE(one.exchange());
        EXPECT_EQ(FakeKernel::ulps, i);
    }
}

TEST(KernelTls, wants_ciphers_that_the_kernel_has) {
    const Sys table = FakeKernel::table();
    const ScopedSys scope(table);
    tls12_crypto_info_aes_gcm_128 keys{};
    keys.info = {TLS_1_3_VERSION, TLS_CIPHER_AES_GCM_128};
    EXPECT_EQ(start_kernel_tls(-1, &keys), KernelTls::kStarted);
    keys.info.cipher_type = 77;
    EXPECT_EQ(start_kernel_tls(-1, &keys), KernelTls::kRefused);
    EXPECT_EQ(FakeKernel::keys.size(), 1u);
}

}  // namespace
}  // namespace berth
