#pragma once

#include "base/sys.h"
#include "net/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace berth::test {

inline std::string scramble(std::string_view text) {
    std::string out(text);
    for (char& letter : out) {
        letter = static_cast<char>(letter ^ 0x55);
    }
    return out;
}

// A transport in the manner of TLS: a handshake of one byte each way, every byte changed, output
// held back. Both sides of a test use it, the far one through scramble().
class ScrambleTransport final : public Transport {
public:
    static constexpr char kHello = 'H';
    static constexpr char kClear = 'G';  // a peer that begins with it knows no handshake

    IoStatus handshake(int fd) override {
        if (!greeted_) {
            held_ += kHello;
            greeted_ = true;
        }
        if (flush(fd) == IoStatus::kFailed) {
            return IoStatus::kFailed;
        }
        char answer = 0;
        const ssize_t n = receive(fd, &answer, 1);
        if (n < 0 && errno == EAGAIN) {
            return IoStatus::kAgain;
        }
        if (n == 1 && answer == kClear) {
            clear_.push_back(static_cast<uint8_t>(answer));
        }
        return n == 1 && answer == kHello ? IoStatus::kOk : IoStatus::kFailed;
    }
    IoResult read(int fd, std::span<uint8_t> into) override {
        const ssize_t n = receive(fd, into.data(), into.size());
        if (n < 0) {
            return {errno == EAGAIN ? IoStatus::kAgain : IoStatus::kFailed, 0, false};
        }
        const auto got = static_cast<size_t>(n);
        std::for_each_n(into.begin(), got, [](uint8_t& byte) { byte ^= 0x55; });
        return {n == 0 ? IoStatus::kEnd : IoStatus::kOk, got, false};
    }
    IoResult write(int fd, std::span<const iovec> from) override {
        size_t taken = 0;
        for (const iovec& piece : from) {
            if (held_.size() >= kHeldMax && flush(fd) != IoStatus::kOk) {
                break;
            }
            const size_t n = std::min(piece.iov_len, kHeldMax);
            held_ += scramble({static_cast<const char*>(piece.iov_base), n});
            taken += n;
            if (n < piece.iov_len) {
                break;
            }
        }
        return {taken == 0 ? IoStatus::kAgain : IoStatus::kOk, taken, false};
    }
    IoStatus flush(int fd) override {
        while (!held_.empty()) {
            const ssize_t n =
                sys().send(fd, held_.data(), std::min(held_.size(), sys().io_max), MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n < 0) {
                return errno == EAGAIN ? IoStatus::kAgain : IoStatus::kFailed;
            }
            held_.erase(0, static_cast<size_t>(n));
        }
        return IoStatus::kOk;
    }
    bool holds_output() const override { return !held_.empty(); }
    bool holds_input() const override { return false; }
    void end(int) override { held_ += 'E'; }
    const TlsInfo& info() const override { return info_; }
    bool sends_plain() const override { return plain; }
    std::span<const uint8_t> cleartext() const override { return clear_; }

    bool plain = false;  // somebody else changes what is sent

private:
    static constexpr size_t kHeldMax = 16 * 1024;

    static ssize_t receive(int fd, void* into, size_t n) {
        for (;;) {
            const ssize_t got = sys().recv(fd, into, n, 0);
            if (got >= 0 || errno != EINTR) {
                return got;
            }
        }
    }

    std::string held_;
    std::vector<uint8_t> clear_;
    bool greeted_ = false;
    TlsInfo info_;
};

}  // namespace berth::test
