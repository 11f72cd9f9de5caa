// Filters of connections (berth.conn.filter/1) as classes.
//
//     class Curfew {
//     public:
//         explicit Curfew(Module &module);
//         berth_status configure(const berth::sdk::Config &config);
//         berth_status on_accept(berth_conn &conn);
//     };
//     constexpr berth_factory kCurfew = berth::sdk::conn_filter<Curfew, Module>({"curfew", schema,
//     "..."});
//
// One that reads first bytes also has on_bytes(conn, bytes, used) with bytes a std::string_view,
// and the constants kBytesMax and kTimeoutMs.
#ifndef BERTH_CPP_CONN_FILTER_HPP
#define BERTH_CPP_CONN_FILTER_HPP

#include "berth/conn_filter.h"
#include "berth/cpp/plugin.hpp"

#include <string_view>

namespace berth::sdk {

namespace detail {

BERTH_DETECT(on_bytes,
             std::declval<berth_conn&>(),
             std::string_view(),
             std::declval<std::size_t&>());

// The C functions of T's table.
template <class T>
struct ConnFilterThunks {
    static berth_status on_accept(void* inst, berth_conn* conn) noexcept {
        return guarded([&] { return static_cast<T*>(inst)->on_accept(*conn); });
    }
    static berth_status on_bytes(void* inst,
                                 berth_conn* conn,
                                 const std::uint8_t* bytes,
                                 std::size_t n,
                                 std::size_t* used) noexcept {
        const std::string_view text(reinterpret_cast<const char*>(bytes), n);
        return guarded([&] { return static_cast<T*>(inst)->on_bytes(*conn, text, *used); });
    }

    static constexpr berth_conn_filter_ops table() {
        berth_conn_filter_ops ops{};
        ops.h = BERTH_HDR(berth_conn_filter_ops);
        ops.on_accept = &on_accept;
        if constexpr (Has_on_bytes<T>::value) {
            ops.bytes_max = T::kBytesMax;
            ops.timeout_ms = T::kTimeoutMs;
            ops.on_bytes = &on_bytes;
        }
        return ops;
    }
};

template <class T>
inline constexpr berth_conn_filter_ops kConnFilterOps = ConnFilterThunks<T>::table();

}  // namespace detail

template <class T, class Module>
constexpr berth_factory conn_filter(const Named& named) {
    return make_factory<T, Module>(BERTH_CONN_FILTER_KIND, named, &detail::kConnFilterOps<T>);
}

}  // namespace berth::sdk

#endif
