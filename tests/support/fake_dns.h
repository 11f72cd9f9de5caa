#pragma once

#include "net/bind_socket.h"
#include "net/datagram_socket.h"
#include "net/event_loop.h"
#include "net/socket_address.h"
#include "support/dns_message.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace berth::test {

// A DNS server on loopback that turns with the loop of the test. Answers what it was told, and "no
// such name" to everything else.
class FakeDns {
public:
    // The packets to send back for a question with that id.
    using Script = std::function<std::vector<std::string>(uint16_t id)>;

    explicit FakeDns(EventLoop& loop, uint16_t port = 0)
        : FakeDns(loop,
                  bind_socket(SocketAddress::ip("127.0.0.1", port).value(),
                              {.kind = SocketKind::kDatagram})
                      .value()) {}

    void answer(const std::string& name, uint16_t type, const DnsMessage& message) {
        script(name, type, [message](uint16_t id) { return std::vector{message.text(id)}; });
    }
    // Addresses, as text.
    void answer(const std::string& name, uint16_t type, const std::vector<std::string>& addresses) {
        DnsMessage message(name, type);
        for (const std::string& each : addresses) {
            const SocketAddress address = SocketAddress::ip(each, 0).value();
            const auto bytes = address.ip_bytes();
            message.answer(std::string(bytes.begin(), bytes.end()));
        }
        answer(name, type, message);
    }
    void stay_silent(const std::string& name, uint16_t type) {
        script(name, type, [](uint16_t) { return std::vector<std::string>(); });
    }
    void script(const std::string& name, uint16_t type, Script script) {
        scripts_[{name, type}] = std::move(script);
    }

    std::string servers() const { return "127.0.0.1:" + std::to_string(port_); }
    size_t questions() const { return questions_; }

private:
    FakeDns(EventLoop& loop, UniqueFd fd)
        : port_(SocketAddress::local_of(fd.get()).port()), socket_(loop, std::move(fd), {}) {
        (void)socket_.start([this](std::span<const berth_dgram> questions) {
            for (const berth_dgram& question : questions) {
                reply(question);
            }
        });
    }

    void reply(const berth_dgram& question) {
        constexpr size_t kHeader = 12;
        ++questions_;
        const auto id = static_cast<uint16_t>(question.p[0] << 8 | question.p[1]);
        size_t at = kHeader;
        std::string name;
        while (question.p[at] != 0) {
            const size_t length = question.p[at];
            name += (name.empty() ? "" : ".") +
                    std::string(question.p + at + 1, question.p + at + 1 + length);
            at += 1 + length;
        }
        const auto type = static_cast<uint16_t>(question.p[at + 1] << 8 | question.p[at + 2]);
        const auto known = scripts_.find({name, type});
        const auto packets =
            known != scripts_.end()
                ? known->second(id)
                : std::vector{DnsMessage(name, type, DnsMessage::kNoSuchName).text(id)};
        for (const std::string& packet : packets) {
            berth_dgram datagram = question;
            datagram.p = reinterpret_cast<const uint8_t*>(packet.data());
            datagram.n = packet.size();
            socket_.send({&datagram, 1});
        }
    }

    uint16_t port_;
    DatagramSocket socket_;
    std::map<std::pair<std::string, uint16_t>, Script> scripts_;
    size_t questions_ = 0;
};

}  // namespace berth::test
