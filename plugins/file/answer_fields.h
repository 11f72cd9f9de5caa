#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <array>
#include <cassert>
#include <string_view>

namespace berth::file {

// The fields of one answer; names and values must last until it is sent.
class AnswerFields {
public:
    AnswerFields() {}  // by default the room would be cleared for each answer
    void add(std::string_view name, std::string_view value) {
        assert(count_ < fields_.size());
        fields_[count_++] = {sdk::sv(name), sdk::sv(value)};
    }

    berth_http_resp head(uint32_t status) const {
        berth_http_resp response{};
        response.h = BERTH_HDR(berth_http_resp);
        response.status = status;
        response.headers = fields_.data();
        response.n_headers = count_;
        response.content_length = BERTH_LENGTH_UNKNOWN;
        return response;
    }

private:
    std::array<berth_header, 12> fields_;  // those before count_ are set
    uint32_t count_ = 0;
};

}  // namespace berth::file
