#include "net/dns_answer.h"

#include "berth/net.h"

#include <ares.h>

#include <limits>
#include <memory>

namespace berth {
namespace {

struct FreeAresData {
    void operator()(void* data) const { ares_free_data(data); }
};
template <class Record>
using AresList = std::unique_ptr<Record, FreeAresData>;

template <class Record>
using Parser = int (*)(const unsigned char*, int, Record**);

std::string text_of(const ares_mx_reply& record) {
    return std::to_string(record.priority) + " " + record.host;
}

std::string text_of(const ares_srv_reply& record) {
    return std::to_string(record.priority) + " " + std::to_string(record.weight) + " " +
           std::to_string(record.port) + " " + record.host;
}

template <class Record>
DnsAnswer parse(std::span<const uint8_t> message, Parser<Record> parser) {
    Record* first = nullptr;
    const int status = parser(message.data(), static_cast<int>(message.size()), &first);
    const AresList<Record> owner(first);
    DnsAnswer answer{dns_status(status), {}};
    for (const Record* each = first; each != nullptr; each = each->next) {
        answer.records.push_back(text_of(*each));
    }
    return answer;
}

// A TXT record is a list of strings that belong together (RFC 7208 3.3).
DnsAnswer parse_txt(std::span<const uint8_t> message) {
    ares_txt_ext* first = nullptr;
    const int status =
        ares_parse_txt_reply_ext(message.data(), static_cast<int>(message.size()), &first);
    const AresList<ares_txt_ext> owner(first);
    DnsAnswer answer{dns_status(status), {}};
    for (const ares_txt_ext* each = first; each != nullptr; each = each->next) {
        if (each->record_start != 0 || answer.records.empty()) {
            answer.records.emplace_back();
        }
        answer.records.back().append(reinterpret_cast<const char*>(each->txt), each->length);
    }
    return answer;
}

}  // namespace

DnsAnswer parse_dns_answer(std::span<const uint8_t> message, uint16_t type) {
    constexpr size_t kMessageMax = std::numeric_limits<uint16_t>::max();
    if (message.size() > kMessageMax) {
        return {BERTH_E_IO, {}};
    }
    switch (type) {
        case BERTH_RR_MX:
            return parse<ares_mx_reply>(message, ares_parse_mx_reply);
        case BERTH_RR_SRV:
            return parse<ares_srv_reply>(message, ares_parse_srv_reply);
        case BERTH_RR_TXT:
            return parse_txt(message);
        default:
            return {BERTH_E_UNSUPPORTED, {}};
    }
}

berth_status dns_status(int ares_status) {
    switch (ares_status) {
        case ARES_SUCCESS:
        case ARES_ENODATA:
            return BERTH_OK;
        case ARES_ENOTFOUND:
        case ARES_EBADNAME:
            return BERTH_E_DNS;
        case ARES_ETIMEOUT:
            return BERTH_E_TIMEOUT;
        case ARES_ENOMEM:
            return BERTH_E_NOMEM;
        default:
            return BERTH_E_IO;
    }
}

}  // namespace berth
