#pragma once

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace berth::http {

// The fields of one header block, copied into the arena of their request. The place in front of
// them is for a Host field, which is known last.
class H2Fields {
public:
    H2Fields() = default;
    H2Fields(const berth_host& host, berth_arena* arena) : host_(&host), arena_(arena) {}

    // There is no arena any more: nothing may be added.
    void forget_arena() { arena_ = nullptr; }
    bool has_arena() const { return arena_ != nullptr; }

    // Both texts, one behind the other. NULL: memory is exhausted.
    char* copy(std::string_view text, std::string_view more = {}) {
        auto* const memory =
            static_cast<char*>(berth_alloc(host_, arena_, text.size() + more.size() + 1));
        if (memory != nullptr) {
            std::copy(more.begin(), more.end(), std::copy(text.begin(), text.end(), memory));
        }
        return memory;
    }
    // The field as it was kept, until the next one. NULL: memory is exhausted.
    const berth_header* add(std::string_view name, std::string_view value) {
        char* const text = n_ + 1 < capacity_ || grow() ? copy(name, value) : nullptr;
        if (text == nullptr) {
            return nullptr;
        }
        fields_[++n_] = {{text, name.size()}, {text + name.size(), value.size()}};
        return &fields_[n_];
    }
    uint32_t size() const { return n_; }
    std::span<const berth_header> all() const {
        return n_ == 0 ? std::span<const berth_header>() : std::span(fields_ + 1, n_);
    }

    // Makes one field of several with that name (RFC 9113 8.2.3). False: memory is exhausted.
    bool join(std::string_view name, std::string_view separator);
    // The Host field, which all_with_host() begins with. False: memory is exhausted.
    bool put_host(std::string_view value);
    std::span<const berth_header> all_with_host() const { return {fields_, size_t{n_} + 1}; }

private:
    bool grow();

    const berth_host* host_ = nullptr;
    berth_arena* arena_ = nullptr;
    berth_header* fields_ = nullptr;
    uint32_t n_ = 0, capacity_ = 0;
};

}  // namespace berth::http
