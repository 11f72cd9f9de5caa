#include "answer_fields.h"

#include "byte_scan.h"

#include "berth/cpp/text.hpp"

#include <string_view>

namespace berth::http {
namespace {

bool is_reserved(std::string_view name) {
    const auto is = [name](std::string_view other) {
        return sdk::equal_ignoring_case(name, other);
    };
    switch (name.size()) {
        case 4:
            return is("date");
        case 6:
            return is("server");
        case 10:
            return is("connection") || is("keep-alive");
        case 14:
            return is("content-length");
        case 17:
            return is("transfer-encoding");
        default:
            return false;
    }
}

}  // namespace

bool is_sendable(const berth_header& field) {
    const std::string_view name = sdk::view(field.name);
    return !is_reserved(name) && is_name(name) && is_field_value(sdk::view(field.value));
}

}  // namespace berth::http
