// The fields of an answer, as a filter reads and changes them.
#ifndef BERTH_CPP_FIELD_LIST_HPP
#define BERTH_CPP_FIELD_LIST_HPP

#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::sdk {

// The first field of that name, NULL when there is none.
inline const berth_header* find_field(const berth_http_resp& resp, std::string_view name) {
    const berth_header* const end = resp.headers + resp.n_headers;
    const berth_header* const found =
        std::find_if(resp.headers, end, [name](const berth_header& field) {
            return equal_ignoring_case(view(field.name), name);
        });
    return found == end ? nullptr : found;
}

// Is item in the comma-separated list that all fields of that name make together?
inline bool field_contains(const berth_http_resp& resp,
                           std::string_view name,
                           std::string_view item) {
    return std::any_of(resp.headers, resp.headers + resp.n_headers, [&](const berth_header& field) {
        return equal_ignoring_case(view(field.name), name) &&
               list_contains(view(field.value), item);
    });
}

// Replaces the list of an answer, which is its handler's, by a copy in the request's arena that can
// be changed. Names and values that are added must last as long as the call, or lie in the arena.
class FieldList {
public:
    // more: how many fields will be added. False when memory is exhausted; then nothing changed.
    FieldList(const berth_host* host, berth_http_req* req, berth_http_resp* resp, std::size_t more)
        : resp_(*resp),
          fields_(static_cast<berth_header*>(
              berth_alloc(host, req->arena, (resp->n_headers + more + 1) * sizeof(berth_header)))) {
        if (fields_ != nullptr) {
            std::copy_n(resp->headers, resp->n_headers, fields_);
            resp->headers = fields_;
        }
    }
    explicit operator bool() const { return fields_ != nullptr; }

    template <class Predicate>
    void remove_if(Predicate unwanted) {
        const berth_header* const end =
            std::remove_if(fields_, fields_ + resp_.n_headers, unwanted);
        resp_.n_headers = static_cast<std::uint32_t>(end - fields_);
    }
    void remove(std::string_view name) {
        remove_if([name](const berth_header& field) {
            return equal_ignoring_case(view(field.name), name);
        });
    }
    void add(const berth_header& field) { fields_[resp_.n_headers++] = field; }
    void add(std::string_view name, std::string_view value) { add({sv(name), sv(value)}); }
    // Adds item to what a comma-separated field of that name says, unless it is there already.
    void add_item(std::string_view name, std::string_view item) {
        if (!field_contains(resp_, name, item)) {
            add(name, item);
        }
    }

private:
    berth_http_resp& resp_;
    berth_header* fields_;
};

}  // namespace berth::sdk

#endif
