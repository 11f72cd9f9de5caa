#include "h2/h2_fields.h"

namespace berth::http {

bool H2Fields::grow() {
    constexpr uint32_t kFirst = 16;
    const uint32_t capacity = capacity_ == 0 ? kFirst : capacity_ * 2;
    auto* const fields =
        static_cast<berth_header*>(berth_alloc(host_, arena_, capacity * sizeof(berth_header)));
    if (fields == nullptr) {
        return false;
    }
    std::copy_n(fields_, n_ == 0 ? 0 : n_ + 1, fields);
    fields_ = fields;
    capacity_ = capacity;
    return true;
}

bool H2Fields::put_host(std::string_view value) {
    if (capacity_ == 0 && !grow()) {
        return false;
    }
    fields_[0] = {sdk::sv("host"), sdk::sv(value)};
    return true;
}

bool H2Fields::join(std::string_view name, std::string_view separator) {
    size_t size = 0;
    for (const berth_header& field : all()) {
        size += sdk::view(field.name) == name ? field.value.n + separator.size() : 0;
    }
    auto* const text = static_cast<char*>(berth_alloc(host_, arena_, size));
    if (text == nullptr) {
        return false;
    }
    char* at = text;
    berth_header* joined = nullptr;
    uint32_t kept = 0;
    for (const berth_header& field : all()) {
        if (sdk::view(field.name) != name) {
            fields_[++kept] = field;
            continue;
        }
        if (joined == nullptr) {
            joined = &fields_[++kept];
            joined->name = field.name;
        } else {
            at = std::copy(separator.begin(), separator.end(), at);
        }
        at = std::copy_n(field.value.p, field.value.n, at);
    }
    if (joined != nullptr) {
        joined->value = {text, static_cast<size_t>(at - text)};
    }
    n_ = kept;
    return true;
}

}  // namespace berth::http
