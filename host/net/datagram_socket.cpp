#include "net/datagram_socket.h"

#include "base/log.h"
#include "base/sys.h"
#include "net/event_loop.h"
#include "net/outgoing_batch.h"
#include "net/packet_info.h"
#include "net/socket_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace berth {
namespace {

void count(uint64_t* cell, uint64_t by) {
    if (cell != nullptr) {
        *cell += by;
    }
}

}  // namespace

// Room for one batch. The kernel hands out pages of `bytes` only for datagrams that need them.
struct DatagramSocket::Inbox {
    std::array<mmsghdr, kBatchMax> headers{};
    std::array<iovec, kBatchMax> pieces{};
    std::array<sockaddr_storage, kBatchMax> peers{};
    std::array<PacketInfo, kBatchMax> infos{};
    std::unique_ptr<uint8_t[]> bytes =
        std::make_unique_for_overwrite<uint8_t[]>(kBatchMax * kDatagramMax);
    std::array<std::string, kBatchMax> texts;
    std::array<berth_dgram, kBatchMax> datagrams{};

    // The kernel overwrites lengths, so they are set before each call.
    void prepare() {
        for (size_t i = 0; i < kBatchMax; ++i) {
            pieces[i] = {bytes.get() + i * kDatagramMax, kDatagramMax};
            msghdr& header = headers[i].msg_hdr;
            header = {};
            header.msg_name = &peers[i];
            header.msg_namelen = sizeof(peers[i]);
            header.msg_iov = &pieces[i];
            header.msg_iovlen = 1;
            header.msg_control = infos[i].bytes.data();
            header.msg_controllen = infos[i].bytes.size();
        }
    }

    void describe(size_t from, size_t to) {
        const msghdr& header = headers[from].msg_hdr;
        const auto peer =
            SocketAddress::from(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen);
        texts[to] = peer.ip_text();
        berth_dgram& datagram = datagrams[to];
        datagram = {};
        datagram.p = static_cast<const uint8_t*>(pieces[from].iov_base);
        datagram.n = headers[from].msg_len;
        datagram.peer = {texts[to].data(), texts[to].size()};
        datagram.port = peer.port();
        datagram.ifindex = interface_of(header);
    }
};

DatagramSocket::DatagramSocket(EventLoop& loop, UniqueFd fd, const DatagramCounters& counters)
    : loop_(loop),
      fd_(std::move(fd)),
      counters_(counters),
      ipv6_(SocketAddress::local_of(fd_.get()).family() == AF_INET6) {}

DatagramSocket::~DatagramSocket() {
    close();
}

Status DatagramSocket::start(OnDatagrams on_datagrams) {
    on_datagrams_ = std::move(on_datagrams);
    inbox_ = std::make_unique<Inbox>();
    return watch();
}

void DatagramSocket::close() {
    unwatch();
    fd_.reset();
}

void DatagramSocket::on_ready(uint32_t ready) {
    if ((ready & (kReadable | kFailed)) == 0) {
        return;
    }
    for (uint32_t i = 0; i < kBatchesPerTurn; ++i) {
        if (receive_batch() < kBatchMax || !watching_) {
            return;
        }
    }
    // More may wait. Watching anew has it reported in the next turn, by edge-triggered pollers as
    // well.
    unwatch();
    if (!watch()) {
        log_error("a UDP socket receives no more: the system refused to watch it");
    }
}

// How many datagrams the kernel had.
uint32_t DatagramSocket::receive_batch() {
    inbox_->prepare();
    const int received =
        sys().recvmmsg(fd_.get(), inbox_->headers.data(), kBatchMax, MSG_DONTWAIT, nullptr);
    if (received < 0) {
        // An ICMP error of something sent earlier says nothing about what waits.
        return errno == EAGAIN ? 0 : kBatchMax;
    }
    const auto taken = static_cast<uint32_t>(received);
    size_t whole = 0;
    for (uint32_t i = 0; i < taken; ++i) {
        if ((inbox_->headers[i].msg_hdr.msg_flags & MSG_TRUNC) == 0) {
            inbox_->describe(i, whole++);
        }
    }
    count(counters_.received, whole);
    count(counters_.truncated, taken - whole);
    if (whole > 0) {
        on_datagrams_({inbox_->datagrams.data(), whole});
    }
    return taken;
}

berth_status DatagramSocket::send(std::span<const berth_dgram> datagrams) {
    if (!fd_) {
        return BERTH_E_GONE;
    }
    size_t sent = 0;
    while (sent < datagrams.size()) {
        OutgoingBatch batch(datagrams.subspan(sent), ipv6_);
        const int taken = batch.send(fd_.get());
        if (taken < 0 && errno == EINTR) {
            continue;
        }
        if (taken <= 0) {
            break;
        }
        sent += static_cast<size_t>(taken);
    }
    const int error = sent < datagrams.size() ? errno : 0;
    count(counters_.sent, sent);
    if (error == EAGAIN || error == ENOBUFS) {
        count(counters_.send_drops, datagrams.size() - sent);
        return static_cast<berth_status>(sent);
    }
    if (sent == 0 && error != 0) {
        return error == EINVAL || error == EMSGSIZE ? BERTH_E_INVAL : BERTH_E_IO;
    }
    return static_cast<berth_status>(sent);
}

Status DatagramSocket::watch() {
    Status status = loop_.poller().add(fd_.get(), *this, kReadable);
    watching_ = status.ok();
    return status;
}

void DatagramSocket::unwatch() {
    if (std::exchange(watching_, false)) {
        loop_.poller().remove(fd_.get(), *this);
    }
}

}  // namespace berth
