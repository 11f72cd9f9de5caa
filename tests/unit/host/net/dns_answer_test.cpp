#include "net/dns_answer.h"

#include "support/dns_message.h"

#include "berth/net.h"

#include <ares.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using test::dns_name;
using test::dns_number;
using test::DnsMessage;
using testing::ElementsAre;
using testing::IsEmpty;

std::span<const uint8_t> bytes(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

DnsAnswer parse(const std::string& message, uint16_t type) {
    return parse_dns_answer(bytes(message), type);
}

TEST(DnsAnswer, reads_mail_exchangers) {
    DnsMessage message("example.com", BERTH_RR_MX);
    message.answer(dns_number(10) + dns_name("mx1.example.com"));
    message.answer(dns_number(20) + dns_name("mx2.example.com"));
    const DnsAnswer answer = parse(message.text(1), BERTH_RR_MX);
    EXPECT_EQ(answer.status, BERTH_OK);
    EXPECT_THAT(answer.records, ElementsAre("10 mx1.example.com", "20 mx2.example.com"));
}

TEST(DnsAnswer, reads_services) {
    DnsMessage message("_imap._tcp.example.com", BERTH_RR_SRV);
    message.answer(dns_number(1) + dns_number(5) + dns_number(143) + dns_name("imap.example.com"));
    EXPECT_THAT(parse(message.text(1), BERTH_RR_SRV).records,
                ElementsAre("1 5 143 imap.example.com"));
}

TEST(DnsAnswer, joins_the_strings_of_one_text_record) {
    DnsMessage message("example.com", BERTH_RR_TXT);
    message.answer(std::string("\x05hello\x06 world"));
    message.answer(std::string("\x03one"));
    EXPECT_THAT(parse(message.text(1), BERTH_RR_TXT).records, ElementsAre("hello world", "one"));
}

TEST(DnsAnswer, a_name_without_such_a_record_is_no_failure) {
    const DnsMessage message("example.com", BERTH_RR_MX);
    const DnsAnswer answer = parse(message.text(1), BERTH_RR_MX);
    EXPECT_EQ(answer.status, BERTH_OK);
    EXPECT_THAT(answer.records, IsEmpty());
}

TEST(DnsAnswer, every_cut_message_is_refused) {
    DnsMessage message("example.com", BERTH_RR_MX);
    message.answer(dns_number(10) + dns_name("mx1.example.com"));
    const std::string whole = message.text(1);
    for (size_t size = 0; size < whole.size(); ++size) {
        const DnsAnswer answer = parse(whole.substr(0, size), BERTH_RR_MX);
        EXPECT_NE(answer.status, BERTH_OK) << size;
        EXPECT_THAT(answer.records, IsEmpty()) << size;
    }
}

TEST(DnsAnswer, a_name_that_points_at_itself_is_refused) {
    DnsMessage message("example.com", BERTH_RR_MX);
    const size_t start = message.text(1).size();
    const size_t header = 12;  // of the record, before its data
    message.answer(dns_number(10) + dns_number(static_cast<uint16_t>(0xc000 + start + header + 2)));
    EXPECT_LT(parse(message.text(1), BERTH_RR_MX).status, 0);
}

TEST(DnsAnswer, types_without_a_format_are_unsupported) {
    EXPECT_EQ(parse("", 99).status, BERTH_E_UNSUPPORTED);
}

TEST(DnsAnswer, outcomes_of_the_library_have_their_status) {
    EXPECT_EQ(dns_status(ARES_SUCCESS), BERTH_OK);
    EXPECT_EQ(dns_status(ARES_ENODATA), BERTH_OK);
    EXPECT_EQ(dns_status(ARES_ENOTFOUND), BERTH_E_DNS);
    EXPECT_EQ(dns_status(ARES_ETIMEOUT), BERTH_E_TIMEOUT);
    EXPECT_EQ(dns_status(ARES_ESERVFAIL), BERTH_E_IO);
    EXPECT_EQ(dns_status(ARES_ENOMEM), BERTH_E_NOMEM);
}

}  // namespace
}  // namespace berth
