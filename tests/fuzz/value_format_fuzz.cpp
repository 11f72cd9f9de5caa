// Texts of settings: durations, sizes, percentages, addresses, URLs. A refusal has a sentence and a
// remedy; what is accepted has a value in bounds that reads the same when it is written again, and
// is no C string in disguise.
#include "config/host_name.h"
#include "config/listen_url.h"
#include "config/network_format.h"
#include "config/value_format.h"
#include "net/acl.h"
#include "net/socket_address.h"
#include "support/fuzz_input.h"

#include <array>
#include <cmath>
#include <string>

namespace {

using namespace berth;
using testing::require;

constexpr std::array kFormats{Format::kDuration,
                              Format::kSize,
                              Format::kPercent,
                              Format::kPath,
                              Format::kCidr,
                              Format::kHostPort,
                              Format::kRegex,
                              Format::kUrl};
constexpr double kLargest = 9e15;

void check_number_again(Format format, double number, const std::string& unit) {
    const std::string text = std::to_string(static_cast<int64_t>(number)) + unit;
    const FormatValue again = read_format(format, text);
    require(!again.problem && again.number == number);
}

void check_formats(const std::string& text) {
    for (const Format format : kFormats) {
        const FormatValue value = read_format(format, text);
        if (value.problem) {
            require(!value.problem->message.empty() && !value.problem->help.empty());
            continue;
        }
        require(value.number >= 0 && value.number <= kLargest);
        require(format == Format::kRegex || text.find('\0') == std::string::npos);
        if (format == Format::kDuration || format == Format::kSize) {
            check_number_again(format, value.number, format == Format::kSize ? "B" : "ms");
        }
        require(format != Format::kPercent || value.number <= 100);
    }
}

// The host uses later what was accepted here.
void check_network(const std::string& text) {
    if (!check_cidr(text)) {
        require(Acl::parse({&text, 1}, {}).ok());
    }
    if (is_ipv4(text) || (is_ipv6(text) && text.find('%') == std::string::npos)) {
        const auto address = SocketAddress::ip(text, 1);
        require(address.ok());
        const auto again = SocketAddress::ip(address.value().ip_text(), 1);
        require(again.ok() && again.value().ip_text() == address.value().ip_text());
    }
    const size_t open = text.find('[');
    if (open != std::string::npos && (!check_host_port(text) || !check_url(text))) {
        require(text.find(']', open) != std::string::npos || text.find_first_of("/?#@") < open);
    }
    const auto port = read_port(text);
    require(!port || std::stoul(text) == *port);
}

void check_names(const std::string& text) {
    const std::string name = lower_case(text);
    require(lower_case(name) == name && is_served_name(name) == is_served_name(text));
    require(!is_served_name(name) ||
            name.find_first_of(std::string("\0/ ", 3)) == std::string::npos);
    require(!is_host_name(text) || (text.size() <= 253 && text.find("..") == std::string::npos));
}

void check_numbers(const std::string& text) {
    if (const auto integer = read_integer(text)) {
        require(read_integer(std::to_string(*integer)) == integer);
        require(text.find_first_not_of("-0123456789") == std::string::npos);
    }
    const auto number = read_number(text);
    require(!number || (std::isfinite(*number) &&
                        text.find_first_not_of("-+.eE0123456789") == std::string::npos));
}

void check_listen_url(const std::string& text) {
    const ListenUrl url = read_listen_url(text);
    if (!url.problem.empty()) {
        require(!url.help.empty());
        return;
    }
    const ListenAddress& address = url.address;
    require(!address.protocol.empty() && text.find('\0') == std::string::npos);
    require(!address.is_unix() || SocketAddress::unix_path(address.unix_path).ok());
    const ListenUrl again = read_listen_url(address.text());
    require(again.problem.empty() && again.address.text() == address.text());
    require(again.address.protocol == address.protocol && again.address.tls == address.tls);
    require(again.address.host == address.host && again.address.port == address.port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(testing::FuzzInput(data, size).rest());
    check_formats(text);
    check_network(text);
    check_names(text);
    check_numbers(text);
    check_listen_url(text);
    return 0;
}
