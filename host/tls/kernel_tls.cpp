#include "tls/kernel_tls.h"

#include "base/sys.h"

#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace berth {
namespace {

// 0: a cipher that the kernel is not asked for.
socklen_t size_of_keys(uint16_t cipher) {
    switch (cipher) {
        case TLS_CIPHER_AES_GCM_128:
            return sizeof(tls12_crypto_info_aes_gcm_128);
        case TLS_CIPHER_AES_GCM_256:
            return sizeof(tls12_crypto_info_aes_gcm_256);
        case TLS_CIPHER_CHACHA20_POLY1305:
            return sizeof(tls12_crypto_info_chacha20_poly1305);
        default:
            return 0;
    }
}

bool is_missing(int error) {
    return error == ENOENT || error == ENOPROTOOPT || error == EPERM;
}

}  // namespace

KernelTls start_kernel_tls(int fd, const void* keys) {
    tls_crypto_info info{};
    std::memcpy(&info, keys, sizeof(info));
    const socklen_t size = size_of_keys(info.cipher_type);
    if (size == 0) {
        return KernelTls::kRefused;
    }
    static constexpr std::array<char, 4> kName = {'t', 'l', 's', '\0'};
    if (sys().setsockopt(fd, IPPROTO_TCP, TCP_ULP, kName.data(), kName.size()) != 0) {
        return is_missing(errno) ? KernelTls::kMissing : KernelTls::kRefused;
    }
    const bool started = sys().setsockopt(fd, SOL_TLS, TLS_TX, keys, size) == 0;
    return started ? KernelTls::kStarted : KernelTls::kRefused;
}

IoStatus send_kernel_record(int fd, uint8_t type, std::span<const uint8_t> bytes) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(type))> control{};
    iovec piece{const_cast<uint8_t*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_TLS;
    header->cmsg_type = TLS_SET_RECORD_TYPE;
    header->cmsg_len = CMSG_LEN(sizeof(type));
    std::memcpy(CMSG_DATA(header), &type, sizeof(type));
    ssize_t sent = 0;
    do {
        sent = sys().sendmsg(fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return IoStatus::kAgain;
    }
    return sent == static_cast<ssize_t>(bytes.size()) ? IoStatus::kOk : IoStatus::kFailed;
}

}  // namespace berth
