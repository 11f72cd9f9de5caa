#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::test {

inline std::string dns_number(uint16_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

// Labels with their lengths (RFC 1035 3.1).
inline std::string dns_name(std::string_view name) {
    std::string labels;
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        labels += static_cast<char>(label.size());
        labels += label;
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    return labels + '\0';
}

// An answer of a DNS server to one question.
class DnsMessage {
public:
    static constexpr uint16_t kNoSuchName = 3, kServerFailed = 2;

    DnsMessage(std::string_view name, uint16_t type, uint16_t code = 0)
        : question_(dns_name(name) + dns_number(type) + dns_number(1)), type_(type), code_(code) {}

    // Adds a record of the type that was asked for.
    void answer(const std::string& data) {
        const std::string name_of_question = dns_number(0xc00c);
        const std::string ttl = dns_number(0) + dns_number(60);
        answers_ += name_of_question + dns_number(type_) + dns_number(1) + ttl +
                    dns_number(static_cast<uint16_t>(data.size())) + data;
        ++count_;
    }

    std::string text(uint16_t id) const {
        constexpr uint16_t kResponse = 0x8180;
        return dns_number(id) + dns_number(static_cast<uint16_t>(kResponse | code_)) +
               dns_number(1) + dns_number(count_) + dns_number(0) + dns_number(0) + question_ +
               answers_;
    }

private:
    std::string question_, answers_;
    uint16_t type_, code_;
    uint16_t count_ = 0;
};

}  // namespace berth::test
